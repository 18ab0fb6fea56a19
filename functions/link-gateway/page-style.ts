import { createHash } from 'node:crypto';

/** The whole style of a page: system fonts, light and dark, any width; nothing is loaded from anywhere. */
export const pageStyle = `
:root{color-scheme:light dark;--bg:#f3f6f5;--glow:#dff1ea;--card:#fff;--ink:#14201c;--soft:#51605a;--line:#dde5e1;--accent:#08694f;--on:#fff;--tint:#e3f3ee;--warn:#8a4b08;--warn-tint:#fdf1e1}
@media(prefers-color-scheme:dark){:root{--bg:#0e1412;--glow:#12261f;--card:#161e1b;--ink:#eaf1ee;--soft:#a6b4ae;--line:#2a3530;--accent:#66d6b5;--on:#06241b;--tint:#173229;--warn:#f3c07d;--warn-tint:#33240f}}
*{box-sizing:border-box;margin:0}
body{min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:2rem 1.5rem;background:radial-gradient(60rem 32rem at 50% -8rem,var(--glow),transparent) no-repeat var(--bg);color:var(--ink);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;-webkit-text-size-adjust:100%}
main{width:100%;max-width:32rem;min-width:0;background:var(--card);border:1px solid var(--line);border-radius:1.25rem;padding:2.25rem 2.25rem 1.5rem;
box-shadow:0 1px 2px rgb(0 0 0/.04),0 18px 40px -20px rgb(0 0 0/.22)}
.mark{display:grid;place-items:center;width:3rem;height:3rem;border-radius:.9rem;background:var(--tint);color:var(--accent)}
.mark.warn{background:var(--warn-tint);color:var(--warn)}
h1{margin:1.1rem 0 .5rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.015em;text-wrap:pretty;overflow-wrap:anywhere}
h2{font-size:.95rem;line-height:1.4;overflow-wrap:anywhere}
p{color:var(--soft);text-wrap:pretty}
p+p{margin-top:.75rem}
.lead{color:var(--ink)}
.advice{margin-top:1rem}
.advice:has(+form){margin-bottom:0}
.preview{display:block;width:100%;max-height:20rem;object-fit:contain;margin:1.25rem 0 0;border:1px solid var(--line);border-radius:.85rem;background:repeating-conic-gradient(var(--bg) 0 25%,transparent 0 50%) 0 0/1.25rem 1.25rem}
.file{display:flex;gap:.9rem;align-items:center;margin:1.25rem 0 0;padding:.9rem 1rem;border:1px solid var(--line);border-radius:.85rem}
.kind{flex:none;display:grid;place-items:center;width:2.6rem;height:3rem;border-radius:.5rem;background:var(--tint);color:var(--accent);font-size:.7rem;font-weight:700;letter-spacing:.03em}
.what{min-width:0}
.name{font-weight:600;overflow-wrap:anywhere;line-height:1.35;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;overflow:hidden}
.size{color:var(--soft);font-size:.9rem;font-variant-numeric:tabular-nums}
form{margin-top:1.25rem}
button,.button{display:flex;gap:.6rem;align-items:center;justify-content:center;width:100%;min-height:3.25rem;padding:.6rem 1.25rem;border:1px solid transparent;border-radius:.85rem;background:var(--accent);color:var(--on);font:inherit;font-weight:650;text-align:center;text-decoration:none;cursor:pointer}
button:hover,.button:hover{filter:brightness(1.08)}
button:active,.button:active{transform:translateY(1px)}
button:focus-visible,.button:focus-visible,summary:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.second{background:transparent;border-color:var(--line);color:var(--accent);min-height:2.9rem}
.hint{margin-top:.6rem;font-size:.875rem;text-align:center}
dl{margin:1.5rem 0 0;display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.5rem 1.1rem;font-size:.925rem}
dt{color:var(--soft)}
dd{min-width:0;overflow-wrap:anywhere}
code{font:.8rem/1.55 ui-monospace,"SF Mono",Menlo,"Liberation Mono",monospace;word-break:break-all}
.all{margin-top:1.75rem;padding-top:1.25rem;border-top:1px solid var(--line)}
.all form{margin-top:.9rem}
.all ul{list-style:none;padding:0;margin-top:.5rem}
.all li{display:flex;gap:1rem;justify-content:space-between;padding:.3rem 0;font-size:.925rem}
.all bdi{min-width:0;overflow-wrap:anywhere}
.all li span{color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
.more{font-size:.875rem}
footer{margin-top:1.75rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.825rem}
footer strong{color:var(--ink);font-weight:600}
.wait{height:.35rem;margin-top:1.25rem;border-radius:1rem;background:var(--tint);overflow:hidden}
.wait:before{content:"";display:block;width:35%;height:100%;border-radius:1rem;background:var(--accent)}
@media(prefers-reduced-motion:no-preference){.wait:before{animation:go 1.6s ease-in-out infinite alternate}button,.button{transition:filter .15s}}
@keyframes go{to{transform:translateX(186%)}}
@media(max-width:30rem){body{place-items:start center;padding:1rem}main{padding:1.5rem 1.25rem 1.1rem;margin-top:4vh}dl{grid-template-columns:minmax(0,1fr);gap:.1rem}dd{margin-bottom:.5rem}h1{font-size:1.35rem}}
@media(forced-colors:active){.kind,.mark{border:1px solid}}
`;

/** Allows exactly this style. */
export const stylePolicy = `style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`;
