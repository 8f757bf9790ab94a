package dev.weft.fabric.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneBoxTest {

  private static final int EACH = 20_000;
  private static final int PRODUCERS = 4;

  @Test
  void everyItemComesOutOnceThoughFourOfferOneServesAndOneExpires() throws Exception {
    for (var overflow : Overflow.values()) {
      var limits = new QueueLimits(Map.of(Lane.PERCEPTION, 8), 64, overflow);
      var box = new LaneBox<LaneQueueTest.Item>(limits);
      var out = new AtomicIntegerArray(EACH * PRODUCERS);
      var ended = new AtomicBoolean();
      var producers = new ArrayList<Thread>();
      for (var producer = 0; producer < PRODUCERS; producer++) {
        var number = producer;
        producers.add(Thread.ofPlatform().start(() -> produce(box, out, number)));
      }
      var expirer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (var nanos = 0; !ended.get(); nanos = (nanos + 1) % 500) {
                      box.expire(nanos, (item, _) -> out.incrementAndGet(item.id()));
                    }
                  });
      var consumer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!ended.get() || !box.isEmpty()) {
                      var item = box.poll();
                      if (item != null) {
                        out.incrementAndGet(item.id());
                      }
                    }
                  });
      for (var producer : producers) {
        producer.join();
      }
      ended.set(true);
      expirer.join();
      consumer.join();
      for (var id = 0; id < out.length(); id++) {
        assertEquals(1, out.get(id), overflow + " item " + id);
      }
      assertEquals(0, box.size());
      assertTrue(box.isEmpty());
    }
  }

  private static void produce(
      LaneBox<LaneQueueTest.Item> box, AtomicIntegerArray out, int producer) {
    var random = new Random(producer);
    for (var i = 0; i < EACH; i++) {
      var item =
          new LaneQueueTest.Item(
              producer * EACH + i,
              Lane.values()[random.nextInt(4)],
              random.nextInt(1000),
              random.nextInt(20),
              "t" + producer % 2,
              "s" + random.nextInt(4));
      box.offer(item, (gone, _) -> out.incrementAndGet(gone.id()));
    }
  }
}
