/**
 * A network of input-queued routers in WebAssembly memory: packets offered in lists, arrivals read as rows. The rules of a cycle stand in assembly/router.ts; which design becomes which
 * tables is the business of the network-on-chip above.
 */
import { InternalError } from '../base/errors.ts';
import { instantiate, type Kernels } from './load.ts';
import { KernelMemory } from './memory.ts';
import { HEADER, PLACE, wordsOf, type Word } from './router-header.ts';
import { RouterReadings } from './router-readings.ts';
import { ARRIVAL_WORDS, DROP_WORDS, OFFER_WORDS, ROUTER_LIMITS, type RouterRooms, type RouterTables } from './router-tables.ts';
import { RouterTrees, type RouterTree, type TreeLists } from './router-trees.ts';

const PACKET_BYTES = 32;
const WAY_BYTES = 16; // of a packet, at most
const OFFERS = 65_536;
const ARRIVALS = 16_384;

/** The whole state: restored into a net of the same tables it goes on bit by bit. */
export interface RouterSnapshot {
  readonly memory: Uint8Array;
  readonly packets: number;
  readonly offerRoom: number;
  readonly trees: TreeLists;
}

export class RouterNet {
  readonly #memory: KernelMemory;
  readonly #kernels: Kernels;
  /** Address of the header. */
  readonly header: number;
  /** What it holds, counted when it is asked. */
  readonly readings: RouterReadings;
  readonly #trees: RouterTrees | undefined;
  #packets = 0;
  #offerRoom: number;
  /** Windows onto the header, the list of arrivals and the list of offers, of one generation of the memory. */
  #generation = -1;
  #words = new Uint32Array(0);
  #arrivals = new Uint32Array(0);
  #offers = new Uint32Array(0);

  /** `memory`: where it lies, one of its own unless given; a snapshot is of the whole memory. */
  constructor(tables: RouterTables, rooms: RouterRooms = { offers: OFFERS, arrivals: ARRIVALS }, memory = new KernelMemory()) {
    this.#memory = memory;
    this.#offerRoom = rooms.offers;
    this.#kernels = instantiate(this.#memory);
    this.header = this.#memory.allocate(this.#kernels.routerHeaderBytes());
    for (const [word, value] of Object.entries(wordsOf(this.#memory, tables, rooms))) this.#set(word as Word, value);
    this.readings = new RouterReadings(this.#memory, this.#kernels, this.header, tables);
    this.#set('arena', this.#memory.allocate(this.#kernels.routerArena(this.header)));
    this.#kernels.routerBuild(this.header);
    if (tables.mostBranches !== undefined) {
      this.#trees = new RouterTrees(this.#memory, () => this.#placeTrees());
      this.#placeTrees();
    }
    // records of packets are found by their distance from here, whatever lies between them
    this.#set('packets', this.#memory.allocate(0));
    // the windows onto the lists were taken before their addresses were known
    this.#generation = -1;
  }

  /** Makes a set of destinations known; its number, in the order in which they are added. */
  addTree(tree: RouterTree): number {
    if (this.#trees === undefined) throw new InternalError('this net has tables and no trees');
    return this.#trees.add(tree);
  }

  /** Goes to a later cycle without simulating those before it, when nothing waits or travels. */
  skip(until: number): void {
    if (this.alive > 0) throw new InternalError('cycles with packets cannot be left out');
    this.#view()[PLACE.cycle] = until;
  }

  snapshot(): RouterSnapshot {
    return {
      memory: this.#memory.image(),
      packets: this.#packets,
      offerRoom: this.#offerRoom,
      trees: this.#trees?.lists() ?? [],
    };
  }

  restore({ memory, packets, offerRoom, trees }: RouterSnapshot): void {
    this.#memory.restore(memory);
    this.#packets = packets;
    this.#offerRoom = offerRoom;
    this.#generation = -1;
    this.#trees?.restore(trees);
  }

  /** The next cycle that will be simulated. */
  get cycle(): number {
    return this.#view()[PLACE.cycle]!;
  }

  /** Packets offered and not arrived, those still in the list of offers excepted; each once for each of its destinations. */
  get alive(): number {
    return this.#view()[PLACE.alive]!;
  }

  /** Flits that have crossed a switch, modulo 2^32. */
  get moves(): number {
    return this.#get('moves');
  }

  /**
   * Simulates the cycles before `until`. `offers` has five numbers per packet (OFFER_WORDS), in the order of cycles, none before the present one and none at or after `until`.
   * `arrived` is given rows of ARRIVAL_WORDS numbers, as windows that hold only during the call; packets arrive up to three cycles after their last flit has left the network, so
   * the cycle of an arrival may lie behind `until`. `dropped` is given rows of DROP_WORDS numbers in the same way.
   */
  run(
    until: number,
    offers: Uint32Array,
    arrived: (rows: Uint32Array, count: number) => void,
    dropped: (rows: Uint32Array, count: number) => void,
  ): void {
    if (until > ROUTER_LIMITS.cycles)
      throw new InternalError(`a run ends before cycle ${String(ROUTER_LIMITS.cycles)}, not at ${String(until)}`);
    const packets = offers.length / OFFER_WORDS;
    let given = 0;
    let stop = this.cycle;
    while (this.cycle < until) {
      if (this.cycle === stop) {
        const count = this.#hand(offers, given);
        given += count;
        stop = given < packets ? offers[given * OFFER_WORDS]! : until;
      }
      this.#simulate(stop, arrived, dropped);
    }
  }

  /**
   * Offers one packet for the present cycle or a later one, behind those of its cycle that were offered before. Not together with `run`: what is offered here waits in the kernel's own list until
   * `advance` comes to it.
   */
  offer(cycle: number, source: number, destination: number, flits: number, choice: number): void {
    let first = this.#view()[PLACE.offerNext]!;
    let count = this.#view()[PLACE.offerCount]!;
    this.#ensurePackets(this.alive + count - first + 1);
    if (first === count) first = count = 0;
    else if (count === this.#offerRoom && first === 0) this.#growOffers(2 * count);
    else if (count === this.#offerRoom) {
      this.#view();
      this.#offers.copyWithin(0, first * OFFER_WORDS);
      count -= first;
      first = 0;
    }
    const words = this.#view();
    words[PLACE.offerNext] = first;
    words[PLACE.offerCount] = count + 1;
    const offers = this.#offers;
    let at = count * OFFER_WORDS;
    for (; at > first * OFFER_WORDS && offers[at - OFFER_WORDS]! > cycle; at -= OFFER_WORDS) offers.copyWithin(at, at - OFFER_WORDS, at);
    offers[at] = cycle;
    offers[at + 1] = source;
    offers[at + 2] = destination;
    offers[at + 3] = flits;
    offers[at + 4] = choice;
  }

  /** Packets and offers that there is room for: what a kernel that offers by itself has to know. */
  get rooms(): { readonly packets: number; readonly offers: number } {
    return { packets: this.#packets, offers: this.#offerRoom };
  }

  /** Sees to it that one more packet can be offered. */
  makeRoom(): void {
    const words = this.#view();
    const ahead = words[PLACE.offerCount]! - words[PLACE.offerNext]!;
    this.#ensurePackets(this.alive + ahead + 1);
    if (ahead === this.#offerRoom) this.#growOffers(2 * ahead);
  }

  /** Rows of arrivals that a kernel has left for later. */
  listed(): Uint32Array {
    // first the view: memory may have grown, and then the arrivals lie elsewhere
    const words = this.#view();
    return this.#arrivals.slice(0, words[PLACE.arrivalCount]! * ARRIVAL_WORDS);
  }

  /** Simulates the cycles before `until` with what was offered one by one; tells as `run` does. */
  advance(until: number, arrived: (rows: Uint32Array, count: number) => void, dropped: (rows: Uint32Array, count: number) => void): void {
    while (this.cycle < until) this.#simulate(until, arrived, dropped);
  }

  /** Rows of offers that lie ahead. */
  ahead(): Uint32Array {
    this.#view();
    return this.#offers.slice(this.#get('offerNext') * OFFER_WORDS, this.#get('offerCount') * OFFER_WORDS);
  }

  /** Whether neither packets wait or travel nor are any offered. */
  get idle(): boolean {
    const words = this.#view();
    return words[PLACE.alive] === 0 && words[PLACE.offerNext] === words[PLACE.offerCount];
  }

  #simulate(until: number, arrived: (rows: Uint32Array, count: number) => void, dropped: (rows: Uint32Array, count: number) => void): void {
    this.#kernels.routerRun(this.header, until);
    const words = this.#view();
    const count = words[PLACE.arrivalCount]!;
    if (count > 0) {
      arrived(this.#arrivals, count);
      words[PLACE.arrivalCount] = 0;
    }
    this.takeDrops(dropped);
  }

  /** Tells what was thrown away since the last time. */
  takeDrops(dropped: (rows: Uint32Array, count: number) => void): void {
    const words = this.#view();
    const lost = words[PLACE.dropCount]!;
    if (lost === 0) return;
    dropped(this.#memory.u32(words[PLACE.drops]!, lost * DROP_WORDS), lost);
    words[PLACE.dropCount] = 0;
  }

  /** Throws away the packets that wait in source queues, but for those that were next to be sent before the present cycle; all offers must have been taken. */
  flush(): void {
    this.#kernels.routerFlush(this.header);
  }

  /** Gives the kernel the offers from number `from` on, as many as its list holds without cutting a cycle in two. Returns how many. */
  #hand(offers: Uint32Array, from: number): number {
    const left = offers.length / OFFER_WORDS - from;
    let count = Math.min(this.#offerRoom, left);
    if (count < left) while (count > 0 && offers[(from + count - 1) * OFFER_WORDS] === offers[(from + count) * OFFER_WORDS]) count--;
    if (count === 0 && left > 0) {
      // more packets in one cycle than the list holds
      count = this.#offerRoom;
      while (count < left && offers[(from + count) * OFFER_WORDS] === offers[from * OFFER_WORDS]) count++;
      this.#growOffers(count);
    }
    this.#ensurePackets(this.alive + count);
    if (count === 0) return 0;
    this.#view();
    this.#offers.set(offers.subarray(from * OFFER_WORDS, (from + count) * OFFER_WORDS));
    this.#set('offerNext', 0);
    this.#set('offerCount', count);
    return count;
  }

  /** Makes room for `room` offers, and for the packets that they may throw away. */
  #growOffers(room: number): void {
    const old = this.#memory.u32(this.#get('offers'), this.#offerRoom * OFFER_WORDS).slice();
    this.#offerRoom = room;
    this.#set('offers', this.#memory.allocate(room * OFFER_WORDS * 4));
    this.#set('drops', this.#memory.allocate(Math.max(room, this.#packets) * DROP_WORDS * 4));
    this.#view();
    this.#look();
    this.#offers.set(old);
  }

  /** Sees to records for so many packets. */
  #ensurePackets(count: number): void {
    const missing = count - this.#packets;
    if (missing > 0) {
      // doubling: the free list grows with the longest queues
      const more = 2 * Math.ceil(Math.max(missing, this.#packets, 1024) / 2);
      const records = this.#memory.allocate(more * PACKET_BYTES);
      // numbers count from the first record, whatever lies between
      const numbers = (records - this.#get('packets')) / PACKET_BYTES + more;
      if (numbers > ROUTER_LIMITS.packets) throw new InternalError(`more than ${String(ROUTER_LIMITS.packets)} packets wait or travel`);
      this.#kernels.routerPackets(this.header, records, more, this.#memory.allocate(numbers * WAY_BYTES));
      this.#packets += more;
      // each of them may grow too old in one call
      if (this.#get('lifetime') > 0) this.#set('drops', this.#memory.allocate(this.#packets * DROP_WORDS * 4));
    }
  }

  #placeTrees(): void {
    const [groups, places, branches] = this.#trees!.addresses;
    this.#set('treeGroups', groups);
    this.#set('treePlaces', places);
    this.#set('treeBranches', branches);
  }

  #get(word: Word): number {
    return this.#view()[PLACE[word]]!;
  }

  #set(word: Word, value: number): void {
    this.#view()[PLACE[word]] = value;
  }

  /** The header. */
  #view(): Uint32Array {
    if (this.#generation !== this.#memory.generation) {
      this.#generation = this.#memory.generation;
      this.#words = this.#memory.u32(this.header, HEADER.length);
      this.#look();
    }
    return this.#words;
  }

  /** Takes the windows onto lists that have another address. */
  #look(): void {
    this.#arrivals = this.#memory.u32(this.#words[PLACE.arrivals]!, this.#words[PLACE.arrivalCapacity]! * ARRIVAL_WORDS);
    this.#offers = this.#memory.u32(this.#words[PLACE.offers]!, this.#offerRoom * OFFER_WORDS);
  }
}
