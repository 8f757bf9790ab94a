package dev.weft.sim.world;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The only way from one machine to another, or from a client to a machine. Messages take their
 * time, so they overtake each other; some are lost, some come twice, and a link may be cut in one
 * direction. What goes through a connection keeps its order, and is late where a message alone
 * would be lost.
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

  /** Until what was lost in a connection is sent once more. */
  private static final Duration AGAIN_AFTER = Duration.ofMillis(200);

  private static final int AGAIN_MAX = 8;

  /** Until a connection goes on after a cut, at most. */
  private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(2);

  /** As many as Artery keeps for a machine that it cannot reach. */
  private static final int HELD_MAX = 3072;

  private final World world;
  private final Set<String> cuts = new TreeSet<>();
  private final Map<String, Weather> weathers = new TreeMap<>();
  private final Map<String, Connection> connections = new TreeMap<>();
  private Weather weather;

  public Network(World world, Weather weather) {
    this.world = world;
    this.weather = weather;
  }

  public void weather(Weather next) {
    weather = next;
  }

  /** Has a link of its own weather, from {@code from} to {@code to}. */
  public void weather(String from, String to, Weather own) {
    weathers.put(link(from, to), own);
  }

  /** Has a link of the weather of all others again. */
  public void usualWeather(String from, String to) {
    weathers.remove(link(from, to));
  }

  private Weather weatherOf(String link) {
    return weathers.getOrDefault(link, weather);
  }

  /** Loses everything from {@code from} to {@code to} until {@link #heal}. */
  public void cut(String from, String to) {
    if (cuts.add(link(from, to))) {
      world.note("link %s is cut".formatted(link(from, to)));
    }
  }

  public void heal(String from, String to) {
    var link = link(from, to);
    if (cuts.remove(link)) {
      world.note("link %s heals".formatted(link));
      var connection = connections.get(link);
      if (connection != null) {
        connection.goOn();
      }
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
    var now = weatherOf(link(from, to));
    if (random.nextDouble() < now.drop()) {
      return;
    }
    var copies = random.nextDouble() < now.duplicate() ? 2 : 1;
    for (var copy = 0; copy < copies; copy++) {
      var latency = (long) (now.latency().toNanos() * random.nextExponential());
      world.after(
          Duration.ofNanos(latency),
          () -> {
            if (!isCut(from, to)) {
              arrival.run();
            }
          });
    }
  }

  /**
   * Sends a message through the connection from {@code from} to {@code to}, behind those sent
   * before. A cut holds it up; afterwards the connection goes on or is made anew, which loses what
   * was in it.
   *
   * @param isKept whether it is not lost then, as what is sent again until it is answered
   * @param arrival what it does where it arrives; done once or never
   */
  void stream(String from, String to, boolean isKept, Runnable arrival) {
    connections.computeIfAbsent(link(from, to), Connection::new).send(new Parcel(isKept, arrival));
  }

  private record Parcel(boolean isKept, Runnable arrival) {}

  /** What is under way in one direction, in its order. */
  private final class Connection {
    private final String link;
    private final ArrayDeque<Parcel> held = new ArrayDeque<>();
    private long last;

    Connection(String link) {
      this.link = link;
    }

    void send(Parcel parcel) {
      var random = world.network();
      var now = weatherOf(link);
      var late = (long) (now.latency().toNanos() * random.nextExponential());
      for (var i = 0; i < AGAIN_MAX && random.nextDouble() < now.drop(); i++) {
        late += AGAIN_AFTER.toNanos();
      }
      after(late, () -> arrive(parcel));
    }

    private void after(long late, Runnable work) {
      last = Math.max(world.nanos() + late, last + 1);
      world.after(Duration.ofNanos(last - world.nanos()), work);
    }

    private void arrive(Parcel parcel) {
      if (held.isEmpty() && !cuts.contains(link)) {
        parcel.arrival().run();
      } else if (parcel.isKept() || held.size() < HELD_MAX) {
        held.add(parcel);
      }
    }

    /** After a cut. */
    void goOn() {
      after(world.network().nextLong(GOES_ON_WITHIN.toNanos()), this::flush);
    }

    private void flush() {
      if (cuts.contains(link)) {
        return;
      }
      var isNew = world.network().nextBoolean();
      while (!held.isEmpty()) {
        var parcel = held.remove();
        if (!isNew || parcel.isKept()) {
          parcel.arrival().run();
        }
      }
    }
  }

  private static String link(String from, String to) {
    return from + ">" + to;
  }
}
