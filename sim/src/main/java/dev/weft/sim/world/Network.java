package dev.weft.sim.world;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * The only way from one machine to another, or from a client to a machine. Messages take their
 * time, so they overtake each other; some are lost, some come twice, and a link may be cut in one
 * direction.
 */
public final class Network {

  /**
   * What a network does to messages.
   *
   * @param drop share that is lost, 0 to 1
   * @param duplicate share that comes twice, 0 to 1
   * @param latency of an average message; some take many times as long
   */
  public record Weather(double drop, double duplicate, Duration latency) {

    /** Nothing is lost, and little time goes by. */
    public static final Weather CALM = new Weather(0, 0, Duration.ofMillis(1));

    public Weather {
      if (!(drop >= 0 && drop <= 1 && duplicate >= 0 && duplicate <= 1)) {
        throw new IllegalArgumentException(
            "drop: %s, duplicate: %s (expected: 0 to 1)".formatted(drop, duplicate));
      }
    }
  }

  private final World world;
  private final Set<String> cuts = new TreeSet<>();
  private Weather weather;

  public Network(World world, Weather weather) {
    this.world = world;
    this.weather = weather;
  }

  public void weather(Weather next) {
    weather = next;
  }

  /** Loses everything from {@code from} to {@code to} until {@link #heal}. */
  public void cut(String from, String to) {
    if (cuts.add(link(from, to))) {
      world.note("link %s is cut".formatted(link(from, to)));
    }
  }

  public void heal(String from, String to) {
    if (cuts.remove(link(from, to))) {
      world.note("link %s heals".formatted(link(from, to)));
    }
  }

  public boolean isCut(String from, String to) {
    return cuts.contains(link(from, to));
  }

  /**
   * Sends a message.
   *
   * @param arrival what it does where it arrives; done once, twice or never
   */
  public void send(String from, String to, Runnable arrival) {
    var random = world.network();
    if (random.nextDouble() < weather.drop()) {
      return;
    }
    var copies = random.nextDouble() < weather.duplicate() ? 2 : 1;
    for (var copy = 0; copy < copies; copy++) {
      var latency = (long) (weather.latency().toNanos() * random.nextExponential());
      world.after(
          Duration.ofNanos(latency),
          () -> {
            if (!isCut(from, to)) {
              arrival.run();
            }
          });
    }
  }

  private static String link(String from, String to) {
    return from + ">" + to;
  }
}
