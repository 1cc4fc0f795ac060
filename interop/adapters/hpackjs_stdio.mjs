// Codec adapter for npm's hpack.js; run it where `npm install hpack.js` was done:
//   h2conf run --role codec -t "stdio:node interop/adapters/hpackjs_stdio.mjs"
// hpack.js shows neither its table nor a way to change a decoder's limit: its `can` says so.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(process.cwd() + '/');
const hpack = require('hpack.js');
const { version } = require('hpack.js/package.json');
// hpack.js holds octets as strings of one character each, which is what latin1 does.
const can = ['decode', 'encode', 'never', 'mark'];
const text = (hex) => Buffer.from(hex, 'hex').toString('latin1');
const hex = (value) => Buffer.from(value, 'latin1').toString('hex');
let decoder, encoder;

const operations = {
  hello: () => ({ ok: true, name: 'hpack.js', version, can }),
  new({ table_limit: maxSize = 4096 }) {
    decoder = hpack.decompressor.create({ table: { maxSize } });
    encoder = hpack.compressor.create({ table: { maxSize } });
    return { ok: true };
  },
  async decode({ wire }) {
    if (wire) decoder.write(Buffer.from(wire, 'hex'));
    const error = await new Promise((done) => decoder.execute(done));
    if (error) return { ok: false, error: error.message };
    const fields = [], never = [];
    for (let field; (field = decoder.read()); fields.push([hex(field.name), hex(field.value)]))
      if (field.neverIndex) never.push(fields.length);
    return { ok: true, fields, never };
  },
  encode({ fields, never = [] }) {
    encoder.write(fields.map(([name, value], place) => (
      { name: text(name), value: text(value), neverIndex: never.includes(place) })));
    return { ok: true, wire: (encoder.read() ?? Buffer.alloc(0)).toString('hex') };
  },
  resize({ limit }) {
    encoder.updateTableSize(limit);
    return { ok: true };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.op === 'bye') break;
  console.log(JSON.stringify(await operations[asked.op](asked)));
}
