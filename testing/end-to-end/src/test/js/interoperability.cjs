// Reads records with Confluent's own client and writes them again with it.
// Usage: node interoperability.cjs <registry URL> numbers|bigints
// Input, a line each: topic, space, value in base64. Output, a line each: the value written again
// in base64, space, the record as JSON with bytes in base64 and big integers as strings.
// A JavaScript number holds integers of 53 bits; "bigints" reads Avro's longs as BigInt.
const readline = require('node:readline');
const { SchemaRegistryClient, AvroSerializer, AvroDeserializer, SerdeType } = require('@confluentinc/schemaregistry');
const avro = require('avsc');

const bigLong = avro.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (number) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(number);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value) => typeof value === 'bigint',
  compare: (a, b) => (a === b ? 0 : a < b ? -1 : 1),
});
const readsBigints = {
  typeHook: (schema) => (schema === 'long' || schema.type === 'long' ? bigLong : undefined),
};

function plain(key, value) {
  if (typeof value === 'bigint') {
    return value.toString();
  }
  // A Buffer has become its own JSON before it comes here.
  return value && value.type === 'Buffer' ? Buffer.from(value.data).toString('base64') : value;
}

async function main(url, longs) {
  const client = new SchemaRegistryClient({ baseURLs: [url] });
  const config = longs === 'bigints' ? readsBigints : {};
  const deserializer = new AvroDeserializer(client, SerdeType.VALUE, config);
  const serializer = new AvroSerializer(client, SerdeType.VALUE, {
    ...config, useLatestVersion: true, autoRegisterSchemas: false,
  });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [topic, value] = line.split(' ');
    const record = await deserializer.deserialize(topic, Buffer.from(value, 'base64'));
    const again = await serializer.serialize(topic, record);
    console.log(`${again.toString('base64')} ${JSON.stringify(record, plain)}`);
  }
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
