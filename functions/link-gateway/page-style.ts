import { createHash } from 'node:crypto';

/** The whole style of a page: system fonts, light and dark, any width; nothing is loaded from anywhere. */
export const pageStyle = `
:root{color-scheme:light dark;--bg:#f4f6f5;--card:#fff;--ink:#17211e;--soft:#52605b;--line:#dfe5e2;--accent:#0b7a5e;--tint:#e3f3ee}
@media(prefers-color-scheme:dark){:root{--bg:#101614;--card:#18201d;--ink:#eaf1ee;--soft:#a3b1ac;--line:#2a3530;--accent:#5fd1b0;--tint:#173229}}
*{box-sizing:border-box;margin:0}
body{min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:1.5rem;background:var(--bg);color:var(--ink);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;-webkit-text-size-adjust:100%}
main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:2.25rem 2rem 1.75rem;
box-shadow:0 1px 2px rgb(0 0 0/.04),0 12px 32px -16px rgb(0 0 0/.18)}
.mark{display:grid;place-items:center;width:3rem;height:3rem;border-radius:.85rem;background:var(--tint);color:var(--accent)}
h1{margin:1.25rem 0 .5rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.015em;text-wrap:balance}
p{color:var(--soft);text-wrap:pretty}
p+p{margin-top:.75rem}
.lead{color:var(--ink)}
.file{display:flex;gap:.75rem;align-items:baseline;justify-content:space-between;margin:1.25rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-radius:.65rem}
.name{font-weight:600;overflow-wrap:anywhere;min-width:0;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;overflow:hidden}
.size{color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
footer{margin-top:1.75rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media(max-width:30rem){body{place-items:start center;padding:1rem}main{padding:1.5rem 1.25rem 1.25rem;margin-top:8vh}}
`;

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** Allows this style and nothing else: no script, no image, no font, no frame, no form. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
