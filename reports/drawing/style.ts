import { customProperties } from "./palette.ts"

/** The page's only style sheet. */
export const style = `
:root{color-scheme:light dark;${customProperties("light")}}
@media (prefers-color-scheme:dark){:root{${customProperties("dark")}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--surface);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main,header,footer{max-width:1120px;margin:0 auto;padding:0 24px}
header{padding-top:48px}
h1{font-size:clamp(1.6rem,4.2vw,2.35rem);line-height:1.18;letter-spacing:-.015em;margin:.25em 0 .7em;max-width:24em;text-wrap:balance}
h2{font-size:1.3rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .35em}
h3{font-size:1rem;margin:0 0 .3em}
.stacked+h3,.scroll+h3,ul.plain+h3{margin-top:28px}
p{margin:0 0 .8em;max-width:46em}
a{color:var(--accent)}
section{padding-top:30px;margin-top:34px;border-top:1px solid var(--line)}
code,.code{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{margin:0 0 1em;padding:12px 16px;background:var(--raised);border-radius:8px;overflow-x:auto}
.eyebrow{color:var(--muted);font-size:.85rem;margin:0}
.answer{font-size:1.16rem;line-height:1.5;border-left:4px solid var(--accent);padding:2px 0 2px 18px;margin:0 0 18px}
div.altered{border:2px solid var(--bad);border-radius:8px;padding:10px 16px;margin:0 0 18px}
div.altered p,div.altered ul{margin:0}
strong.altered{color:var(--bad)}
.answer p{margin:0 0 .35em}
.answer p:last-child{margin:0}
.notes{margin:0 0 20px;padding-left:1.15em;color:var(--muted);max-width:52em}
.notes li{margin:.2em 0}
.look{margin:0 0 20px}
.look .pictures{gap:6px}
.look .pictures figure{width:84px}
.look .pictures figure.truth{width:92px;padding-right:6px}
.look .pictures figcaption{font-size:.72rem;min-height:5.3em}
.look .pictures img{image-rendering:pixelated}
.look.bounds div{display:grid;grid-template-columns:minmax(8em,13em) minmax(0,22em) 4em auto;gap:0 12px;align-items:center}
.look.bounds b{font-size:1.05rem}
.look.bounds small{color:var(--muted)}
.facts{display:flex;flex-wrap:wrap;gap:10px 34px;margin:0 0 18px;padding:0}
.facts div{display:flex;flex-direction:column-reverse}
.facts dt{color:var(--muted);font-size:.8rem}
.facts dd{margin:0;font-size:1.25rem;font-weight:600;letter-spacing:-.01em}
nav{font-size:.88rem;color:var(--muted)}
nav a{display:inline-block;margin:0 14px 4px 0;text-decoration:none}
nav a:hover,nav a:focus{text-decoration:underline}
.how{color:var(--muted);font-size:.9rem;max-width:52em}
.scroll{overflow-x:auto;margin:0 0 1em}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--muted);font-size:.85rem;padding-bottom:6px}
th,td{padding:8px 10px 8px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{font-weight:600}
thead th{color:var(--muted);font-weight:500;font-size:.82rem;vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:500;min-width:8.5em}
th.n,td.n{text-align:right;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
td.n+td:not(.n),th.n+th:not(.n){padding-left:12px}
td small,th small{color:var(--muted);font-size:.84em;font-weight:400;display:block}
tr.frame th,tr.frame td{background:var(--raised)}
tr.frame th:first-child{padding-left:8px;font-style:italic}
tr.group th{padding-top:18px;border-bottom-color:var(--muted);font-weight:600}
tr.group small{display:inline;margin-left:.6em}
.swatch{display:inline-block;width:.72em;height:.72em;border-radius:50%;margin-right:.5em;vertical-align:baseline}
.line{display:inline-block;width:1.7em;height:0;border-top:3px solid;margin-right:.5em;vertical-align:middle}
.chip{display:inline-block;white-space:nowrap;border-radius:999px;padding:1px 11px 2px;font-size:.84rem;font-weight:600;border:1.5px solid currentColor}
.chip.better{color:var(--surface);background:var(--good);border-color:var(--good)}
.chip.worse{color:var(--surface);background:var(--bad);border-color:var(--bad)}
.chip.equivalent{color:var(--accent)}
.chip.inconclusive{color:var(--muted)}
.chip.none{color:var(--muted);border-style:dashed}
.stacked .why{padding-top:0;color:var(--muted);font-size:.86rem}
.stacked .why p{margin:0;max-width:64em}
.stacked .why details{margin-top:2px}
.stacked .why dl{margin:6px 0 4px;font-size:1em;max-width:60em}
summary{cursor:pointer;width:fit-content}
details dl.plain{margin-top:6px}
.stacked tr.top>*{border-bottom:0;padding-bottom:2px}
.cells th,.cells td{padding:5px 8px}
.cells td+td{border-left:1px solid var(--surface)}
.forest{display:block;width:300px;max-width:100%;height:auto}
.multiples{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:22px 30px;margin:14px 0 6px}
.multiples.small{grid-template-columns:repeat(auto-fill,minmax(min(100%,220px),1fr))}
figure{margin:0;min-width:0}
figcaption{color:var(--muted);font-size:.85rem;margin-top:4px}
.chart{display:block;width:100%;max-width:600px;height:auto}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;padding:0;margin:6px 0 0;font-size:.88rem}
.pictures{display:flex;gap:10px;width:max-content;min-width:100%}
.pictures figure{flex:0 0 auto;width:112px}
.pictures figure.truth{border-right:2px solid var(--line);padding-right:10px;width:124px}
.pictures figcaption{min-height:3.9em;margin:0 0 4px;color:var(--ink);font-size:.78rem;line-height:1.3;display:flex;align-items:flex-end;overflow-wrap:anywhere}
.pictures.sheets figure{width:272px}
.pictures.sheets figure.truth{width:284px}
.pictures img{display:block;width:100%;height:auto;border-radius:3px}
.stills{display:flex;flex-wrap:wrap;align-items:center;gap:6px 2px;border:0;margin:0;padding:0;min-width:0}
.stills legend{float:left;color:var(--muted);font-size:.85rem;padding:0 8px 0 0}
.stills input{position:absolute;opacity:0}
.stills label{cursor:pointer;order:1;padding:1px 9px;border-bottom:3px solid var(--line);font-size:.85rem}
.stills input:checked+label{border-color:var(--accent);font-weight:600}
.stills input:focus-visible+label{outline:2px solid var(--accent);outline-offset:2px}
.stills .still{display:none;order:2;width:100%;margin-top:8px}
.stills input:checked+label+.still{display:block}
.stills img{image-rendering:pixelated}
dl.plain{display:grid;grid-template-columns:minmax(8em,max-content) 1fr;gap:4px 22px;margin:0 0 1em;font-size:.9rem}
dl.plain dt{color:var(--muted)}
dl.plain dd{margin:0;overflow-wrap:anywhere}
ul.plain{margin:0 0 1em;padding-left:1.15em;max-width:52em}
ul.plain li{margin:.25em 0}
.bar{display:block;height:5px;border-radius:3px;background:var(--s7);margin-top:4px;margin-left:auto}
.absent{color:var(--muted);font-style:italic}
footer{color:var(--muted);font-size:.85rem;margin-top:44px;padding-top:18px;padding-bottom:44px}
@media (max-width:760px){
main,header,footer{padding-left:16px;padding-right:16px}
header{padding-top:28px}
.stacked thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stacked,.stacked tbody,.stacked tr{display:block;width:100%}
.stacked td,.stacked th{display:block;border:0;padding:3px 0;text-align:left}
.stacked td[data-label]::before{content:attr(data-label);color:var(--muted);font-size:.8rem;display:inline-block;min-width:9.5em}
.stacked td.plot::before{display:none}
.stacked tr.top{padding-top:14px}
.stacked tr.whole{padding:14px 0 12px;border-bottom:1px solid var(--line)}
.stacked tr.sub{border-bottom:1px solid var(--line);padding-bottom:12px}
.stacked td small{display:inline;margin-left:.5em}
}
@media print{
details::details-content{content-visibility:visible;block-size:auto}
body{font-size:11pt}
nav,.stills label,.stills legend{display:none}
.stills .still{display:block}
section,figure,tr{break-inside:avoid}
.scroll{overflow:visible}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`
