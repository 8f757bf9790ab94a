package dev.weft.fabric.load;

import static dev.weft.fabric.load.LoadLevel.CRITICAL;
import static dev.weft.fabric.load.LoadLevel.NORMAL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LoadWatchTest {

  private static final long MILLI = 1_000_000;

  private final LoadGauge gauge = new LoadGauge();
  private final List<OptionalDouble> lags = new ArrayList<>();
  private LoadSample sample = Samples.calm();
  private LoadWatch watch = watch();

  private LoadWatch watch() {
    return new LoadWatch(
        (_, lag) -> {
          lags.add(lag);
          return sample;
        },
        Samples.SETTINGS,
        gauge,
        Runnable::run);
  }

  private Optional<LoadEvent.LevelChanged> look(long millis) {
    return watch.look(millis * MILLI, Instant.ofEpochMilli(millis));
  }

  @Test
  void showsSamplesAndChangesOnTheGauge() {
    look(0);
    assertEquals(sample, gauge.state().sample());
    sample = Samples.foreign(1);
    assertEquals(Optional.empty(), look(50));
    var change = look(100).orElseThrow();
    assertEquals(CRITICAL, gauge.level());
    assertEquals(List.of(change), gauge.state().events());
    assertEquals(Instant.ofEpochMilli(100), change.at());
    assertEquals(
        "load is critical (was normal): others want 100 % of the CPU (limit 90 %): other processes"
            + " use 100 %, this program's own threads 0 %; 0 % of the time a task waits for a core",
        change.toString());
  }

  @Test
  void tellsHowLateItIsWoken() {
    look(0);
    look(50);
    look(180);
    look(200);
    assertEquals(
        List.of(OptionalDouble.empty(), Samples.some(0), Samples.some(80), Samples.some(0)), lags);
  }

  @Test
  void aWatchThatTakesOverBeginsAtNormalAndSaysSo() {
    sample = Samples.foreign(1);
    look(0);
    look(50);
    look(100);
    watch = watch();
    var change = look(150).orElseThrow();
    assertEquals(NORMAL, gauge.level());
    assertEquals("the watch began anew", change.why());
  }
}
