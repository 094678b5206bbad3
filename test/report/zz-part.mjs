import { createCanvas, loadImage } from '@napi-rs/canvas';
import { writeFileSync } from 'node:fs';
const [out, ...parts] = process.argv.slice(2);
const H = 1400; const c = createCanvas(1120 * parts.length, H); const p = c.getContext('2d');
for (const [k, part] of parts.entries()) { const [f, y] = part.split('@'); p.drawImage(await loadImage(f), 0, +y, 1120, H, k * 1120, 0, 1120, H); }
writeFileSync(out, c.toBuffer('image/png'));
