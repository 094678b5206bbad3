import { createCanvas, loadImage } from '@napi-rs/canvas';
import { writeFileSync } from 'node:fs';
const [out, cols, ...files] = process.argv.slice(2);
const W = 860; const ims = []; for (const f of files) ims.push(await loadImage(f));
const rows = []; for (let k = 0; k < ims.length; k += +cols) rows.push(ims.slice(k, k + +cols));
const h = (i) => i.height * W / i.width;
const H = rows.reduce((s, r) => s + Math.max(...r.map(h)), 0);
const c = createCanvas(W * cols, H); const p = c.getContext('2d'); p.fillStyle = '#888'; p.fillRect(0, 0, c.width, c.height);
let y = 0; for (const r of rows) { r.forEach((i, k) => p.drawImage(i, k * W, y, W, h(i))); y += Math.max(...r.map(h)); }
writeFileSync(out, c.toBuffer('image/png'));
