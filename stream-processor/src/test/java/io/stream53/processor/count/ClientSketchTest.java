package io.stream53.processor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSketchTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 24, 25, 192, 193, 5000, 200_000})
    void isTheLibrarysSketchOfTheSameClients(int clients) {
        HllSketch theirs = new HllSketch(ClientSketch.LG_REGISTERS, TgtHllType.HLL_8);
        Registers ours = ClientSketch.create();
        for (int i = 0; i < clients; i++) {
            theirs.update(address(i));
            ours.add(ClientSketch.coupon(address(i)));
        }
        byte[] bytes = ClientSketch.toBytes(ours);

        HllSketch read = HllSketch.heapify(bytes);
        assertThat(read.getCompositeEstimate())
                .isCloseTo(theirs.getCompositeEstimate(), within(1e-6));
        assertThat(read.getEstimate()).isCloseTo(theirs.getCompositeEstimate(), within(1e-6));
        assertThat(ClientSketch.toBytes(ClientSketch.read(bytes))).isEqualTo(bytes);
        byte[] copied = ClientSketch.toBytes(ClientSketch.read(theirs.toCompactByteArray()));
        assertThat(copied).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 8, 100, 192, 193, 1000})
    void theEstimateIsTheLibrarys(int clients) {
        HllSketch theirs = new HllSketch(ClientSketch.LG_REGISTERS, TgtHllType.HLL_8);
        Registers ours = ClientSketch.create();
        for (int i = 0; i < clients; i++) {
            theirs.update(address(i));
            ours.add(ClientSketch.coupon(address(i)));
        }
        assertThat(ClientSketch.estimate(ours, ClientSketch.toBytes(ours)))
                .isEqualTo(Math.round(theirs.getCompositeEstimate()));
    }

    @Test
    void fourBytesAreHashedAsTheLibraryDoes() {
        Random random = new Random(4);
        byte[] address = new byte[4];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(address);
            assertThat(ClientSketch.coupon4(address)).isEqualTo(ClientSketch.coupon(address));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 150, 9000})
    void theLibraryMergesIt(int clients) {
        Registers ours = ClientSketch.create();
        HllSketch all = new HllSketch(ClientSketch.LG_REGISTERS, TgtHllType.HLL_8);
        HllUnion union = new HllUnion(ClientSketch.LG_REGISTERS);
        for (int i = 0; i < clients; i++) {
            ours.add(ClientSketch.coupon(address(i)));
            all.update(address(i));
            byte[] other = address(clients + i);
            all.update(other);
            union.update(other);
        }
        union.update(HllSketch.heapify(ClientSketch.toBytes(ours)));
        assertThat(union.getCompositeEstimate())
                .isCloseTo(all.getCompositeEstimate(), within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void isTheSameInWhateverOrderAndParts(long seed) {
        Random random = new Random(seed);
        for (int clients : new int[] {100, 192, 193, 400}) {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                order.add(i);
            }
            Registers whole = ClientSketch.create();
            order.forEach(i -> whole.add(ClientSketch.coupon(address(i))));
            Collections.shuffle(order, random);
            Registers parts = ClientSketch.create();
            for (int at = 0; at < clients; at += 30) {
                Registers part = ClientSketch.create();
                order.subList(at, Math.min(clients, at + 40))
                        .forEach(i -> part.add(ClientSketch.coupon(address(i))));
                parts.add(ClientSketch.read(ClientSketch.toBytes(part)));
            }
            assertThat(ClientSketch.toBytes(parts)).isEqualTo(ClientSketch.toBytes(whole));
        }
    }

    private static byte[] address(int number) {
        return ByteBuffer.allocate(4).putInt(0x0a000000 + number).array();
    }
}
