/**
 * The page's style sheet. Series colours are Okabe and Ito's, which stay apart for the colour-blind, darkened on the
 * light and lightened on the dark ground; text has a contrast of at least 4.5 : 1 in both. Paper is always light. A box that
 * scrolls is shaded on the side where there is more.
 */
export const STYLE_SHEET = `
:root{color-scheme:light;--ground:#fff;--panel:#f5f6f8;--ink:#1b1c20;--muted:#5b5f6a;--grid:#e2e4e9;--line:#cfd3da;--shade:#0004;
--link:#0b57a4;--good:#17653a;--bad:#a3230f;--open:#6b5200;--series-1:#0072b2;--series-2:#b86e00;--series-3:#00805c;
--series-4:#c22f2f;--series-5:#a8558a;--series-6:#1f7fb5;--series-7:#6f6a00;--series-8:#444}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--ground:#15161a;--panel:#1e2026;--ink:#e8e9ed;
--muted:#a5a9b4;--grid:#2c2f37;--line:#3d414b;--shade:#fff5;--link:#8cc4ff;--good:#74d39b;--bad:#ff9b88;--open:#e3c463;
--series-1:#5db8f0;--series-2:#f0b545;--series-3:#3fcf9f;--series-4:#ff8080;--series-5:#e39ac8;--series-6:#8fd3ff;
--series-7:#e6dc5a;--series-8:#c9c9cf}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.3rem;line-height:1.25;margin:0 0 .5rem;color:var(--muted);font-weight:500}
h2{font-size:1.6rem;line-height:1.25;margin:2rem 0 .5rem}
h3{font-size:1.25rem;margin:2.5rem 0 .3rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
h4{font-size:1rem;margin:1.2rem 0 .3rem}a{color:var(--link)}p{margin:.4rem 0;max-width:54rem}nav li{margin:.4rem 0}
.lead{font-size:1.15rem;border-left:4px solid var(--series-1);background:var(--panel);padding:.7rem 1rem;margin:1rem 0}
.note,.made,small{color:var(--muted)}.made,.note{font-size:.92rem}small{display:block;font-size:.8rem;white-space:nowrap}
.words small{white-space:normal}.words small:not(:empty){font-size:inherit;color:inherit}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{overflow-x:auto;margin:.4rem 0;position:relative;background:linear-gradient(90deg,var(--ground) 50%,transparent) 0 0/2.5rem 100% local,
linear-gradient(270deg,var(--ground) 50%,transparent) 100% 0/2.5rem 100% local,linear-gradient(90deg,var(--shade),transparent) 0 0/.8rem 100%,
linear-gradient(270deg,var(--shade),transparent) 100% 0/.8rem 100%;background-repeat:no-repeat}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .7rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
thead th{border-bottom:2px solid var(--line);vertical-align:bottom;}td:not(.words),tbody th{white-space:nowrap}.words{text-align:left}
tbody th{font-weight:600}td.words{min-width:12rem;text-wrap:pretty}tbody tr:hover{background:var(--panel)}
figure{margin:1rem 0 2rem}figure svg{display:block;min-width:34rem;max-width:100%;height:auto}
figcaption{max-width:46rem;margin-top:.3rem}
ul.findings{list-style:none;padding:0}
ul.findings>li{border:1px solid var(--line);border-radius:6px;padding:.7rem 1rem;margin:.6rem 0}
.outcome{font-weight:650;white-space:nowrap}.good{color:var(--good)}.bad{color:var(--bad)}.open{color:var(--open)}
summary{cursor:pointer;width:fit-content}details{margin:.3rem 0}
code{font:.88em ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--panel);padding:.7rem 1rem;white-space:pre-wrap;margin:.5rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:3rem;border-top:1px solid var(--line)}
@media (max-width:36rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}th,td{padding:.3rem .45rem}}
@media print{:root{font-size:10pt}body{font-size:1rem}.scroll{background:none}main{max-width:none;padding:0}.scroll{overflow:visible}figure,.tabular:not(.long),tr,li,dl,.note{break-inside:avoid}pre,.long>.note{break-after:avoid}footer{margin-top:1rem;break-before:avoid}
table{font-size:8pt}table small{font-size:7pt}th,td{padding:.2rem .4rem}td.words{min-width:0}tbody th,.outcome{white-space:normal}
figure svg{min-width:0;max-width:34rem}h2,h3,h4{break-after:avoid}a{color:inherit;text-decoration:none}
details:not(.tests,[open]),.made a{display:none}details.tests::details-content{content-visibility:visible;block-size:auto}
section+section{break-before:page}}
`;
