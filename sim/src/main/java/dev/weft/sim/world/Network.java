package dev.weft.sim.world;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** Names that a note about many machines has. */
  private static final int NAMED_MAX = 3;

  private final World world;

  /** By where they begin and where they end; asked for, and never gone through in order. */
  private final Map<String, Map<String, Link>> links = new HashMap<>();

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
    link(from, to).own = own;
  }

  /** Has a link of the weather of all others again. */
  public void usualWeather(String from, String to) {
    var known = known(from, to);
    if (known != null) {
      known.own = null;
    }
  }

  private Link link(String from, String to) {
    return links
        .computeIfAbsent(from, _ -> new HashMap<>())
        .computeIfAbsent(to, _ -> new Link(from + ">" + to));
  }

  /** The link, if it was ever used, cut or had weather of its own. */
  private @Nullable Link known(String from, String to) {
    var there = links.get(from);
    return there == null ? null : there.get(to);
  }

  /** Loses everything from {@code from} to {@code to} until {@link #heal}. */
  public void cut(String from, String to) {
    var link = link(from, to);
    if (link.cut()) {
      world.note("link %s is cut".formatted(link.name));
    }
  }

  /** Loses everything from each of {@code from} to each of {@code to} but itself. */
  public void cut(List<String> from, List<String> to) {
    var cut = 0;
    for (var here : from) {
      for (var there : to) {
        cut += !here.equals(there) && link(here, there).cut() ? 1 : 0;
      }
    }
    noteLinks(cut, "cut", from, to);
  }

  public void heal(String from, String to) {
    var known = known(from, to);
    if (known != null && known.heal()) {
      world.note("link %s heals".formatted(known.name));
    }
  }

  /** Undoes {@link #cut(List, List)}. */
  public void heal(List<String> from, List<String> to) {
    var healed = 0;
    for (var here : from) {
      for (var there : to) {
        var known = known(here, there);
        healed += known != null && known.heal() ? 1 : 0;
      }
    }
    noteLinks(healed, "healed", from, to);
  }

  private void noteLinks(int changed, String how, List<String> from, List<String> to) {
    if (changed > 0) {
      world.note("%d links %s: %s > %s".formatted(changed, how, names(from), names(to)));
    }
  }

  private static String names(List<String> hosts) {
    var named = String.join(", ", hosts.subList(0, Math.min(NAMED_MAX, hosts.size())));
    return hosts.size() <= NAMED_MAX ? named : named + ", ... (%d)".formatted(hosts.size());
  }

  public boolean isCut(String from, String to) {
    var known = known(from, to);
    return known != null && known.isCut;
  }

  /**
   * Sends a message.
   *
   * @param arrival what it does where it arrives; done once, twice or never
   */
  public void send(String from, String to, Runnable arrival) {
    var random = world.network();
    var known = known(from, to);
    var now = known == null ? weather : known.weather();
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
    link(from, to).send(new Parcel(isKept, arrival));
  }

  private record Parcel(boolean isKept, Runnable arrival) {}

  /** One direction between two machines: whether it is cut, and what is under way, in its order. */
  private final class Link {
    private final String name;
    private final ArrayDeque<Parcel> held = new ArrayDeque<>();
    private @Nullable Weather own;
    private boolean isCut;
    private boolean isConnected;
    private long last;

    Link(String name) {
      this.name = name;
    }

    Weather weather() {
      return own == null ? weather : own;
    }

    /** Whether it was not cut before. */
    boolean cut() {
      var was = isCut;
      isCut = true;
      return !was;
    }

    /** Whether it was cut before. */
    boolean heal() {
      var was = isCut;
      isCut = false;
      if (was && isConnected) {
        after(world.network().nextLong(GOES_ON_WITHIN.toNanos()), this::flush);
      }
      return was;
    }

    void send(Parcel parcel) {
      isConnected = true;
      var random = world.network();
      var now = weather();
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
      if (held.isEmpty() && !isCut) {
        parcel.arrival().run();
      } else if (parcel.isKept() || held.size() < HELD_MAX) {
        held.add(parcel);
      }
    }

    /** After a cut. */
    private void flush() {
      if (isCut) {
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
}
