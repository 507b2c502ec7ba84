import sharp from "sharp"
import { readFileSync, writeFileSync } from "node:fs"
import { cmpPalette } from "./cmpLabels.ts"
import { renderFacade } from "./facades.ts"
const src=readFileSync("./cmpLabels.ts","utf8")
const painted=(l:Uint8Array)=>Uint8Array.from([...l].flatMap((x)=>[...cmpPalette[x]!]))
const sets:[Uint8Array,Uint8Array][]=[]
for(const blur of [0,0.7]) for(let i=0;i<4;i++){ const l=renderFacade({size:256,seed:0},"test",i).labels!.slice()
 const perm=[[0,1,2,3,4,5,6,7],[0,1,2,3,11,6,9,4],[0,1,2,11,10,5,9,4],[0,1,2,7,8,11,9,10]][i]!
 for(let p=0;p<l.length;p++) l[p]=perm[l[p]!]!
 // thin pillars
 for(let c=30;c<230;c+=25) for(let r=100;r<180;r++) for(let w=0;w<4;w++) l[r*256+c+w]=10
 let s=sharp(painted(l),{raw:{width:256,height:256,channels:3}}); if(blur) s=s.blur(blur)
 const mid=await s.raw().toBuffer()
 const j=await sharp(mid,{raw:{width:256,height:256,channels:3}}).jpeg({quality:75,chromaSubsampling:"4:2:0"}).toBuffer()
 sets.push([l,new Uint8Array(await sharp(j).raw().toBuffer())]) }
for(const th of [400,900,2000,1e9]) for(const cost of [400,2000,4000,8000,16000]) for (const rs of ["3, 6"]) {
 if(th===1e9&&cost!==400) continue
 writeFileSync(`./_v.ts`,src.replace("sureDistance = 900",`sureDistance = ${th}`).replace("strangerCost = 4000",`strangerCost = ${cost}`).replace("[3, 6]",`[${rs}]`))
 const m=await import(`./_v.ts?${th}-${cost}-${rs}`)
 const out=[0,1].map(b=>{let w=0,st=0,thin=0,tt=0;for(const [l,img] of sets.slice(b*4,b*4+4)){const pr=new Set(l);const r=m.cmpLabels(img,256,256);for(let p=0;p<l.length;p++){if(r[p]!==l[p])w++;if(!pr.has(r[p]))st++;if(l[p]===10){tt++;if(r[p]===10)thin++}}} return `wrong ${(w/262144*100).toFixed(2)}% strangers ${(st/262144*100).toFixed(2)}% pillars ${(thin/tt*100).toFixed(0)}%`})
 console.log(th,cost,rs,out.join(" | blurred: "))
}
