import { chromium } from 'playwright-core';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const kind of process.argv.slice(2)) {
  for (const scheme of ['light', 'dark']) {
    const p = await b.newPage({ viewport: { width: 1120, height: 900 }, colorScheme: scheme });
    p.on('console', (m) => console.log(kind, scheme, m.type(), m.text())); p.on('pageerror', (e) => console.log(kind, scheme, 'ERROR', e.message));
    const t = Date.now(); await p.goto(`file:///tmp/run-${kind}/report.html`); await p.waitForSelector('html[data-ready=yes]', { timeout: 20000 });
    console.log(kind, scheme, 'ready', Date.now() - t);
    await p.screenshot({ path: `/tmp/shot-${kind}-${scheme}.png`, fullPage: true });
    if (scheme === 'dark') await p.pdf({ path: `/tmp/shot-${kind}.pdf`, format: 'A4' });
    await p.close();
  }
}
await b.close();
