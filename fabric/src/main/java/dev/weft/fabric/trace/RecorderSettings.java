package dev.weft.fabric.trace;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Capture;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a recorder works.
 *
 * @param epoch of this process; higher after every start
 * @param waitingFramesMax most frames that wait to be recorded
 * @param waitingBytesMax most memory for tensors that those frames hold
 * @param every how often what waits is recorded
 * @param tenants most that is recorded of some tenants' frames, whatever manifests say
 */
public record RecorderSettings(
    long epoch,
    int waitingFramesMax,
    long waitingBytesMax,
    Duration every,
    Map<String, Capture.Level> tenants,
    Redaction redaction) {

  public RecorderSettings {
    tenants = Map.copyOf(tenants);
    if (waitingFramesMax < 1 || waitingBytesMax < 1) {
      throw new IllegalArgumentException(
          "waiting: %d frames, %d bytes (expected: >= 1 each)"
              .formatted(waitingFramesMax, waitingBytesMax));
    }
  }

  /** As {@code reference.conf} says, whatever an application's own configuration does. */
  public static RecorderSettings of(long epoch) {
    return from(ConfigFactory.defaultReference(), epoch);
  }

  /**
   * As {@code weft.fabric.trace} says.
   *
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   */
  public static RecorderSettings from(Config config, long epoch) {
    var trace = config.getConfig("weft.fabric.trace");
    var most = trace.getObject("tenants");
    var tenants = new LinkedHashMap<String, Capture.Level>();
    most.forEach((tenant, level) -> tenants.put(tenant, level(tenant, level.unwrapped())));
    return new RecorderSettings(
        epoch,
        trace.getInt("waiting-frames-max"),
        trace.getBytes("waiting-bytes-max"),
        trace.getDuration("record-every"),
        tenants,
        Redaction.NONE);
  }

  private static Capture.Level level(String tenant, Object word) {
    return Arrays.stream(Capture.Level.values())
        .filter(level -> level.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException.BadValue(
                    "weft.fabric.trace.tenants." + tenant,
                    "'%s' (expected: off, digests, outputs, inputs)".formatted(word)));
  }

  public RecorderSettings redactedBy(Redaction other) {
    return new RecorderSettings(epoch, waitingFramesMax, waitingBytesMax, every, tenants, other);
  }

  public RecorderSettings waitingAtMost(int frames, long bytes) {
    return new RecorderSettings(epoch, frames, bytes, every, tenants, redaction);
  }

  public RecorderSettings forTenants(Map<String, Capture.Level> most) {
    return new RecorderSettings(epoch, waitingFramesMax, waitingBytesMax, every, most, redaction);
  }
}
