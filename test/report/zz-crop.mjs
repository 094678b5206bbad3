import { createCanvas, loadImage } from '@napi-rs/canvas';
import { writeFileSync } from 'node:fs';
const [file, out, n = 3] = process.argv.slice(2);
const im = await loadImage(file); console.log(im.width, im.height);
const H = Math.ceil(im.height / n); const c = createCanvas(im.width * n, H); const p = c.getContext('2d');
for (let k = 0; k < n; k++) p.drawImage(im, 0, k * H, im.width, H, k * im.width, 0, im.width, H);
writeFileSync(out, c.toBuffer('image/png'));
