// Prints transactions with Confluent's own registry client and KafkaJS, both without native code.
// Usage: npm ci --ignore-scripts; node consumer.cjs BOOTSTRAP REGISTRY HOW_MANY
const { SchemaRegistryClient, AvroDeserializer, SerdeType } = require('@confluentinc/schemaregistry');
const { Kafka, CompressionCodecs, CompressionTypes, logLevel } = require('kafkajs');
const lz4 = require('lz4js');

// The processor writes batches with LZ4, which KafkaJS leaves to others.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});

async function main(bootstrap, registry, howMany) {
  const deserializer = new AvroDeserializer(
    new SchemaRegistryClient({ baseURLs: [registry] }), SerdeType.VALUE, {});
  const kafka = new Kafka({ clientId: 'example', brokers: bootstrap.split(','), logLevel: logLevel.ERROR });
  // readUncommitted is false unless it is asked for: what the processor gave up is not read.
  const consumer = kafka.consumer({ groupId: 'example-javascript' });
  let left = Number(howMany);
  await consumer.connect();
  await consumer.subscribe({ topic: 'dns.enriched', fromBeginning: true });
  await new Promise((resolve, reject) => {
    // A consumer that cannot go on for now, as when its group is being set up, starts itself again.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) {
        reject(payload.error);
      }
    });
    consumer.run({
      eachMessage: async ({ topic, message }) => {
        if (left <= 0) {
          return;
        }
        left -= 1;
        const { id, dns } = await deserializer.deserialize(topic, message.value);
        console.log(`${id} ${dns.status} ${dns.question ? dns.question.name : '-'}`);
        if (left === 0) {
          resolve();
        }
      },
    });
  });
  await consumer.disconnect();
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
