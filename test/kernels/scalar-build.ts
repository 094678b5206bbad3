/**
 * The kernels without SIMD: the same module with every 128-bit value as four 32-bit ones and every SIMD instruction as the scalar instructions that the specification defines it by. Nothing
 * else is touched, so the scalar build does the operations of the source in the order of the source.
 * How: Binaryen flattens the module (every operand becomes a local or a constant), its text is read as nested lists, statements are rewritten, the text is assembled again.
 * Source of the instructions: WebAssembly core specification 2.0, vector instructions.
 */
import binaryen from 'assemblyscript/binaryen';
import { readFileSync } from 'node:fs';

type Node = string | Node[];

const VECTORS = /v128|x4\.|x2\./;

const LANES = [0, 1, 2, 3] as const;

let built: WebAssembly.Module | undefined;

/** The scalar build of dist/kernels/kernels.wasm. Throws for an instruction that is not known here. */
export function scalarModule(): WebAssembly.Module {
  if (built !== undefined) return built;
  const simd = binaryen.readBinary(readFileSync(new URL('../../dist/kernels/kernels.wasm', import.meta.url)));
  simd.setFeatures(binaryen.Features.All);
  // functions without SIMD, the router's above all, stay as they are
  const vectorial = (read(simd.emitText()) as Node[][]).filter((item) => head(item) === 'func' && VECTORS.test(write(item)));
  for (const [, name] of vectorial) simd.runPassesOnFunction(simd.getFunction((name as string).slice(1)), ['flatten']);
  const scalar = binaryen.parseText(write(scalarOf(read(simd.emitText()))));
  const binary = scalar.emitBinary();
  if (VECTORS.test(scalar.emitText())) throw new Error('SIMD is left in the scalar build');
  built = new WebAssembly.Module(binary);
  return built;
}

/** Nested lists of words; strings stay as they are. */
function read(text: string): Node[] {
  const stack: Node[][] = [[]];
  for (const [word] of text.matchAll(/"(?:[^"\\]|\\.)*"|;;[^\n]*|[()]|[^\s()"]+/g)) {
    if (word.startsWith(';;')) continue;
    if (word === '(') stack.push([]);
    else if (word === ')') {
      const list = stack.pop()!;
      stack.at(-1)!.push(list);
    } else stack.at(-1)!.push(word);
  }
  return stack[0]![0] as Node[];
}

function write(node: Node): string {
  return typeof node === 'string' ? node : `(${node.map(write).join(' ')})\n`;
}

const head = (node: Node | undefined): string => (Array.isArray(node) && typeof node[0] === 'string' ? node[0] : '');

/** Results of functions that give a 128-bit value stand in four globals. */
const RESULTS = LANES.map((k) => `$lane${String(k)}`);

function scalarOf(module: Node[]): Node[] {
  const items = module.filter((item) => head(item) !== 'type');
  const vectors = new Set(
    items.filter((item) => head(item) === 'func' && (item as Node[]).some(isVectorResult)).map((item) => (item as Node[])[1] as string),
  );
  // globals come after imports
  const at = items.findLastIndex((item) => head(item) === 'import') + 1;
  const globals: Node[] = RESULTS.map((name) => ['global', name, ['mut', 'i32'], ['i32.const', '0']]);
  const rewritten = items.map((item): Node => {
    if (head(item) !== 'func') return item;
    return VECTORS.test(write(item))
      ? new Rewriter(vectors).function(item as Node[])
      : (item as Node[]).filter((part) => head(part) !== 'type');
  });
  return [...rewritten.slice(0, at), ...globals, ...rewritten.slice(at)];
}

const isVectorResult = (node: Node): boolean => head(node) === 'result' && (node as Node[])[1] === 'v128';

class Rewriter {
  /** Functions that give a 128-bit value, and the locals of this one that hold one. */
  readonly #functions: ReadonlySet<string>;
  readonly #vectors = new Set<string>();

  constructor(functions: ReadonlySet<string>) {
    this.#functions = functions;
  }

  function(func: Node[]): Node[] {
    const out: Node[] = ['func'];
    let body = 1;
    for (; body < func.length; body++) {
      const item = func[body]!;
      const kind = head(item);
      if (typeof item === 'string') out.push(item);
      else if (kind === 'param' || kind === 'local') {
        const [, name, type] = item as [string, string, string];
        if (type === 'v128') {
          this.#vectors.add(name);
          out.push(...LANES.map((k): Node => [kind, lane(name, k), 'i32']));
        } else out.push(item);
      } else if (kind === 'result' && !isVectorResult(item)) out.push(item);
      else if (kind !== 'result' && kind !== 'type') break;
    }
    out.push(...LANES.map((k): Node => ['local', `$new${String(k)}`, 'i32']), ['local', '$wide', 'i64']);
    return [...out, ...func.slice(body).flatMap((statement) => this.#statement(statement))];
  }

  #statement(node: Node): Node[] {
    if (typeof node === 'string') return [node];
    const kind = head(node);
    if (kind === 'local.set' && this.#vectors.has(node[1] as string)) return this.#assign(node[1] as string, node[2] as Node[]);
    if (kind === 'v128.store') {
      const { offset, operands } = immediates(node);
      return LANES.map((k) => ['i32.store', `offset=${String(offset + 4 * k)}`, operands[0]!, this.#lane(operands[1]!, k)]);
    }
    if (kind === 'v128.store64_lane') {
      const { offset, words, operands } = immediates(node);
      const first = 2 * Number(words[0]);
      return [0, 1].map((k) => ['i32.store', `offset=${String(offset + 4 * k)}`, operands[0]!, this.#lane(operands[1]!, first + k)]);
    }
    // the value of a function: into the globals
    if ((kind === 'return' && this.#isVector(node[1])) || this.#isVector(node)) {
      const value = kind === 'return' ? node[1]! : node;
      return [...RESULTS.map((name, k): Node => ['global.set', name, this.#lane(value, k)]), ['return']];
    }
    return [this.#expression(node)];
  }

  /** What has no 128-bit value: operands may have one. */
  #expression(node: Node): Node {
    if (typeof node === 'string') return node;
    const kind = head(node);
    if (['block', 'loop', 'if', 'then', 'else'].includes(kind)) return [kind, ...node.slice(1).flatMap((child) => this.#statement(child))];
    if (kind === 'call') return this.#call(node);
    if (kind === 'v128.any_true') return ['i32.ne', LANES.map((k) => this.#lane(node[1]!, k)).reduce((a, b) => ['i32.or', a, b]), zero()];
    if (kind === 'f32x4.extract_lane') return float(this.#lane(node[2]!, Number(node[1])));
    const signs = { 'i32x4.bitmask': LANES as readonly number[], 'i64x2.bitmask': [1, 3] }[kind];
    if (signs !== undefined) {
      const bit = (k: number, i: number): Node => ['i32.shl', ['i32.shr_u', this.#lane(node[1]!, k), number(31)], number(i)];
      return signs.map(bit).reduce((a, b) => ['i32.or', a, b]);
    }
    if (kind === 'i8x16.bitmask') {
      const signsOf = (k: number): Node => {
        const spread: Node = ['i32.and', ['i32.shr_u', this.#lane(node[1]!, k), number(7)], number(0x01010101)];
        // the factor brings the four bits side by side into the highest byte
        const gathered: Node = ['i32.and', ['i32.shr_u', ['i32.mul', spread, number(0x01020408)], number(24)], number(15)];
        return ['i32.shl', gathered, number(4 * k)];
      };
      return LANES.map(signsOf).reduce((a, b) => ['i32.or', a, b]);
    }
    return node.map((child) => this.#expression(child));
  }

  #call(node: Node[]): Node {
    return node.flatMap((child): Node[] => (this.#isVector(child) ? LANES.map((k) => this.#lane(child, k)) : [this.#expression(child)]));
  }

  #isVector(node: Node | undefined): boolean {
    return head(node) === 'v128.const' || (head(node) === 'local.get' && this.#vectors.has((node as Node[])[1] as string));
  }

  /** Lane k of a local or a constant, as bits. */
  #lane(node: Node, k: number): Node {
    if (head(node) === 'v128.const') {
      if (node[1] !== 'i32x4') throw new Error(`v128.const ${String(node[1])}`);
      return ['i32.const', (node as Node[])[2 + k]!];
    }
    if (!this.#isVector(node)) throw new Error(`no flat operand: ${write(node).slice(0, 80)}`);
    return ['local.get', lane((node as Node[])[1] as string, k)];
  }

  /** A new value for a 128-bit local; lanes may depend on one another, so all are made before any is set. */
  #assign(target: string, node: Node[]): Node[] {
    const kind = node[0] as string;
    if (kind === 'call') {
      if (!this.#functions.has(node[1] as string)) throw new Error(`call of ${String(node[1])}`);
      return [this.#call(node), ...RESULTS.map((name, k): Node => ['local.set', lane(target, k), ['global.get', name]])];
    }
    const wide = kind.startsWith('f64x2.') && kind !== 'f64x2.abs' ? this.#wide(kind, node.slice(1)) : undefined;
    const made =
      wide === undefined
        ? LANES.map((k): Node => ['local.set', `$new${String(k)}`, this.#narrow(kind, node, k)])
        : wide.flatMap((value, half): Node[] => [
            ['local.set', '$wide', ['i64.reinterpret_f64', value]],
            ['local.set', `$new${String(2 * half)}`, ['i32.wrap_i64', ['local.get', '$wide']]],
            ['local.set', `$new${String(2 * half + 1)}`, ['i32.wrap_i64', ['i64.shr_u', ['local.get', '$wide'], ['i64.const', '32']]]],
          ]);
    return [...made, ...LANES.map((k): Node => ['local.set', lane(target, k), ['local.get', `$new${String(k)}`]])];
  }

  /** Both halves of an f64x2 instruction. */
  #wide(kind: string, operands: Node[]): Node[] {
    const value = (node: Node, half: number): Node => {
      const [low, high] = [0, 1].map((k): Node => ['i64.extend_i32_u', this.#lane(node, 2 * half + k)]) as [Node, Node];
      return ['f64.reinterpret_i64', ['i64.or', low, ['i64.shl', high, ['i64.const', '32']]]];
    };
    return [0, 1].map((half): Node => {
      if (kind === 'f64x2.splat') return this.#expression(operands[0]!);
      if (kind === 'f64x2.promote_low_f32x4') return ['f64.promote_f32', float(this.#lane(operands[0]!, half))];
      const operation = { 'f64x2.add': 'f64.add', 'f64x2.sub': 'f64.sub', 'f64x2.mul': 'f64.mul' }[kind];
      if (operation === undefined) throw new Error(`unknown instruction ${kind}`);
      return [operation, value(operands[0]!, half), value(operands[1]!, half)];
    });
  }

  /** Lane k of any other instruction, as bits. */
  #narrow(kind: string, node: Node[], k: number): Node {
    if (this.#isVector(node)) return this.#lane(node, k);
    const { offset, words, operands } = immediates(node);
    const a = (): Node => this.#lane(operands[0]!, k);
    const b = (): Node => this.#lane(operands[1]!, k);
    const arithmetic = (operation: string): Node => bits([operation, float(a()), float(b())]);
    const comparison = (operation: string): Node => ['i32.sub', zero(), [operation, float(a()), float(b())]];
    switch (kind) {
      case 'v128.load': return ['i32.load', `offset=${String(offset + 4 * k)}`, operands[0]!]; // prettier-ignore
      case 'v128.load32_splat': return ['i32.load', `offset=${String(offset)}`, operands[0]!]; // prettier-ignore
      case 'v128.load32_zero': return k === 0 ? ['i32.load', `offset=${String(offset)}`, operands[0]!] : zero(); // prettier-ignore
      case 'v128.load32_lane': return k === Number(words[0]) ? ['i32.load', `offset=${String(offset)}`, operands[0]!] : b(); // prettier-ignore
      case 'f32x4.add':
      case 'f32x4.sub':
      case 'f32x4.mul':
      case 'f32x4.div': return arithmetic(kind.replace('x4', '')); // prettier-ignore
      case 'f32x4.ge':
      case 'f32x4.gt':
      case 'f32x4.le':
      case 'f32x4.lt': return comparison(kind.replace('x4', '')); // prettier-ignore
      case 'f32x4.abs': return ['i32.and', a(), number(0x7fffffff)]; // prettier-ignore
      case 'f64x2.abs': return k % 2 === 0 ? a() : ['i32.and', a(), number(0x7fffffff)]; // prettier-ignore
      case 'f32x4.neg': return ['i32.xor', a(), number(-0x80000000)]; // prettier-ignore
      case 'f32x4.pmin': return ['select', b(), a(), ['f32.lt', float(b()), float(a())]]; // prettier-ignore
      case 'f32x4.pmax': return ['select', b(), a(), ['f32.lt', float(a()), float(b())]]; // prettier-ignore
      case 'f32x4.convert_i32x4_s': return bits(['f32.convert_i32_s', a()]); // prettier-ignore
      case 'f32x4.demote_f64x2_zero': return k < 2 ? bits(['f32.demote_f64', ['f64.reinterpret_i64', ['i64.or', ['i64.extend_i32_u', this.#lane(operands[0]!, 2 * k)], ['i64.shl', ['i64.extend_i32_u', this.#lane(operands[0]!, 2 * k + 1)], ['i64.const', '32']]]]]) : zero(); // prettier-ignore
      case 'f32x4.splat': return bits(this.#expression(operands[0]!)); // prettier-ignore
      case 'i32x4.splat': return this.#expression(operands[0]!); // prettier-ignore
      case 'i8x16.splat': return ['i32.mul', ['i32.and', this.#expression(operands[0]!), number(255)], number(0x01010101)]; // prettier-ignore
      case 'i8x16.eq': {
        const differs: Node = ['i32.xor', a(), b()];
        const low = number(0x7f7f7f7f);
        // the highest bit of a byte is set here unless the byte is zero
        const some: Node = ['i32.or', ['i32.add', ['i32.and', differs, low], low], differs];
        return ['i32.mul', ['i32.and', ['i32.shr_u', not(some), number(7)], number(0x01010101)], number(255)];
      }
      case 'i8x16.replace_lane': {
        const [at, shift] = [Number(words[0]) >> 2, 8 * (Number(words[0]) & 3)];
        if (at !== k) return a();
        const byte: Node = ['i32.shl', ['i32.and', this.#expression(operands[1]!), number(255)], number(shift)];
        return ['i32.or', ['i32.and', a(), not(number(255 << shift))], byte];
      }
      case 'i32x4.add':
      case 'i32x4.sub': return [kind.replace('x4', ''), a(), b()]; // prettier-ignore
      case 'i32x4.shl':
      case 'i32x4.shr_s':
      case 'i32x4.shr_u': return [kind.replace('x4', ''), a(), this.#expression(operands[1]!)]; // prettier-ignore
      case 'v128.and':
      case 'v128.or':
      case 'v128.xor': return [kind.replace('v128', 'i32'), a(), b()]; // prettier-ignore
      case 'v128.andnot': return ['i32.and', a(), not(b())]; // prettier-ignore
      case 'v128.bitselect': {
        const mask = this.#lane(operands[2]!, k);
        return ['i32.or', ['i32.and', a(), mask], ['i32.and', b(), not(mask)]];
      }
      case 'i16x8.extadd_pairwise_i8x16_u': return ['i32.add', ['i32.and', a(), number(0x00ff00ff)], ['i32.and', ['i32.shr_u', a(), number(8)], number(0x00ff00ff)]]; // prettier-ignore
      case 'i32x4.extadd_pairwise_i16x8_s': return ['i32.add', ['i32.extend16_s', a()], ['i32.shr_s', a(), number(16)]]; // prettier-ignore
      case 'select': return ['select', a(), b(), this.#expression(operands[2]!)]; // prettier-ignore
      case 'i8x16.shuffle': {
        const bytes = words.slice(4 * k, 4 * k + 4).map(Number);
        if (bytes[0]! % 4 !== 0 || bytes.some((byte, i) => byte !== bytes[0]! + i)) throw new Error(`shuffle ${bytes.join(' ')}`);
        const from = bytes[0]! / 4;
        return this.#lane(operands[from < 4 ? 0 : 1]!, from % 4);
      }
      default: throw new Error(`unknown instruction ${kind}`); // prettier-ignore
    }
  }
}

/** Offset, other words and operands of an instruction. */
function immediates(node: Node[]): { readonly offset: number; readonly words: string[]; readonly operands: Node[] } {
  const words = node.slice(1).filter((item) => typeof item === 'string');
  const offset = words.find((word) => word.startsWith('offset='));
  return {
    offset: Number(offset?.slice('offset='.length) ?? 0),
    words: words.filter((word) => !word.includes('=')),
    operands: node.slice(1).filter((item) => typeof item !== 'string' && head(item) !== 'result'),
  };
}

const lane = (name: string, k: number): string => `${name}.${String(k)}`;
const number = (value: number): Node => ['i32.const', String(value)];
const zero = (): Node => number(0);
const float = (value: Node): Node => ['f32.reinterpret_i32', value];
const bits = (value: Node): Node => ['i32.reinterpret_f32', value];
const not = (value: Node): Node => ['i32.xor', value, number(-1)];
