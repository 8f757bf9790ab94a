package dev.weft.gateway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TenantSeriesTest {

  private static final String FRAMES = "weft_frames_total";
  private static final String DURATIONS = "weft_tenant_frame_duration_seconds_count";

  private final PrometheusRegistry registry = new PrometheusRegistry();

  private Exposed read() throws IOException {
    var bytes = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.builder().build().write(bytes, registry.scrape());
    return Exposed.of(bytes.toString(StandardCharsets.UTF_8));
  }

  private static void frame(TenantSeries series, String tenant) {
    series.answered("p", Lane.INTERACTIVE, tenant, "completed", "", 1_000_000);
  }

  /** Ten thousand come first, one frame each, so that the heavy ones have to earn their labels. */
  @Test
  void tenThousandTenantsAreTwentyLabelsAndTheOthersAndSumsAreRight() throws IOException {
    var series = new TenantSeries(registry, 20);
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var frames = 0;
    for (var i = 0; i < 10_000; i++) {
      frame(series, "light-" + i);
      frames++;
    }
    var before = read();
    for (var round = 0; round < 50; round++) {
      for (var i = 0; i < 2_000; i++) {
        var isHeavy = random.nextInt(4) > 0;
        frame(series, isHeavy ? "heavy-" + i % 20 : "light-" + random.nextInt(10_000));
        frames++;
      }
      series.settle();
      var now = read();
      assertTrue(now.count(FRAMES) <= 21, "seed " + seed);
      assertEquals(frames, now.sum(FRAMES), "seed " + seed);
      assertEquals(frames, now.sum(DURATIONS), "seed " + seed);
      neverFell(before, now, seed);
      before = now;
    }
    for (var i = 0; i < 20; i++) {
      assertEquals(1, before.count(FRAMES, "tenant", "heavy-" + i), "heavy-" + i + " seed " + seed);
    }
    assertEquals(1, before.count(FRAMES, "tenant", "other"));
  }

  private static void neverFell(Exposed before, Exposed now, long seed) {
    before
        .samples()
        .forEach(
            (sample, value) -> {
              var later = now.samples().get(sample);
              assertTrue(later == null || later >= value, sample + " seed " + seed);
            });
    assertTrue(
        before.sum(FRAMES, "tenant", "other") <= now.sum(FRAMES, "tenant", "other"),
        "seed " + seed);
  }

  @Test
  @Timeout(60)
  void noFrameIsLostWhileLabelsChangeHands() throws Exception {
    var series = new TenantSeries(registry, 2);
    var done = new AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(5)) {
      var settling =
          threads.submit(
              () -> {
                while (!done.get()) {
                  series.settle();
                }
              });
      var counting = new ArrayList<Future<?>>();
      for (var thread = 0; thread < 4; thread++) {
        var offset = thread;
        counting.add(
            threads.submit(
                () -> {
                  for (var i = 0; i < 50_000; i++) {
                    frame(series, "tenant-" + (i / 5_000 + offset) % 10);
                  }
                }));
      }
      try {
        for (var each : counting) {
          each.get();
        }
      } finally {
        done.set(true);
      }
      settling.get();
    }
    var read = read();
    assertEquals(200_000, read.sum(FRAMES));
    assertEquals(200_000, read.sum(DURATIONS));
    assertTrue(read.count(FRAMES) <= 3);
  }

  @Test
  void framesOfNoTenantAreNobodysAndTakeNoLabel() throws IOException {
    var series = new TenantSeries(registry, 1);
    frame(series, "");
    frame(series, "one");
    frame(series, "two");
    frame(series, "other");
    var counts = new HashMap<String, Double>();
    read()
        .samples()
        .forEach(
            (sample, value) -> {
              if (sample.name().equals(FRAMES)) {
                counts.put(sample.labels().getOrDefault("tenant", ""), value);
              }
            });
    assertEquals(Map.of("", 1.0, "one", 1.0, "other", 2.0), counts);
  }

  @Test
  void aFrameThatNeverWentInHasNoDuration() throws IOException {
    var series = new TenantSeries(registry, 1);
    series.answered("p", Lane.INTERACTIVE, "one", "dropped", "queue-full", -1);
    assertEquals(1, read().sum(FRAMES, "reason", "queue-full"));
    assertEquals(0, read().sum(DURATIONS));
  }
}
