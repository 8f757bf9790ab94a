package dev.weft.sim.scenario;

import dev.weft.sim.node.SitePlan;
import dev.weft.sim.node.Sites;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What goes wrong between sites and inside them, one thing over the other. */
final class SiteTrouble {

  /** What can go wrong. */
  enum Kind {
    ISLAND,
    ONE_WAY,
    FLAP,
    SLOW,
    DRIFT,
    ALONE,
    INNER_ONE_WAY,
    KILL,
    STAND_STILL,
    REPLACE_CUT_OFF,
    RESTART_ONE_BY_ONE
  }

  /**
   * How often things go wrong, and how long they last.
   *
   * @param every time between two things, on average
   * @param lasting how many times as long as the shortest of it they last
   * @param often how often each comes, relative to the others
   */
  record Habit(Duration every, int lasting, Map<Kind, Integer> often) {

    Habit {
      often = Collections.unmodifiableMap(new EnumMap<>(often));
    }

    /** Much in little time, of all kinds. */
    static Habit busy(Duration every) {
      return new Habit(
          every,
          1,
          Map.ofEntries(
              Map.entry(Kind.ISLAND, 3),
              Map.entry(Kind.ONE_WAY, 1),
              Map.entry(Kind.FLAP, 1),
              Map.entry(Kind.SLOW, 1),
              Map.entry(Kind.DRIFT, 1),
              Map.entry(Kind.ALONE, 2),
              Map.entry(Kind.INNER_ONE_WAY, 1),
              Map.entry(Kind.KILL, 2),
              Map.entry(Kind.STAND_STILL, 3),
              Map.entry(Kind.REPLACE_CUT_OFF, 2),
              Map.entry(Kind.RESTART_ONE_BY_ONE, 1)));
    }

    /** As in data centers with many machines: mostly single ones that are lost. */
    static Habit daily(Duration every, int lasting) {
      return new Habit(
          every,
          lasting,
          Map.ofEntries(
              Map.entry(Kind.ISLAND, 4),
              Map.entry(Kind.ONE_WAY, 2),
              Map.entry(Kind.FLAP, 2),
              Map.entry(Kind.SLOW, 4),
              Map.entry(Kind.DRIFT, 4),
              Map.entry(Kind.ALONE, 2),
              Map.entry(Kind.INNER_ONE_WAY, 2),
              Map.entry(Kind.KILL, 12),
              Map.entry(Kind.STAND_STILL, 6),
              Map.entry(Kind.REPLACE_CUT_OFF, 1),
              Map.entry(Kind.RESTART_ONE_BY_ONE, 1)));
    }

    /** Each kind as often as it comes. */
    List<Kind> lots() {
      return often.entrySet().stream()
          .flatMap(each -> Collections.nCopies(each.getValue(), each.getKey()).stream())
          .toList();
    }
  }

  private static final int FLAPS = 8;
  private static final Network.Weather SLOW = new Network.Weather(0.1, 0, Duration.ofMillis(250));

  private final World world;
  private final Network network;
  private final Sites sites;
  private final SitePlan plan;
  private final Habit habit;
  private final List<Kind> lots;
  private boolean isOver;

  SiteTrouble(World world, Network network, Sites sites, Habit habit) {
    this.world = world;
    this.network = network;
    this.sites = sites;
    this.plan = sites.plan();
    this.habit = habit;
    this.lots = habit.lots();
  }

  void start() {
    var pause = (long) (habit.every().toNanos() * world.faults().nextExponential());
    world.after(
        Duration.ofNanos(pause),
        () -> {
          if (!isOver) {
            happen();
            start();
          }
        });
  }

  /** Mends everything. */
  void end() {
    isOver = true;
    world.note("the trouble ends");
    var all = plan.allHosts();
    for (var from : all) {
      sites.host(from).resume();
      all.forEach(to -> network.usualWeather(from, to));
    }
    network.heal(all, all);
  }

  private void happen() {
    var site = pick(plan.sites());
    switch (pick(lots)) {
      case ISLAND -> island(site);
      case ONE_WAY -> oneWay(site);
      case FLAP -> flap(site);
      case SLOW -> slow(pick(plan.allHosts()), pick(plan.allHosts()));
      case DRIFT -> drift(pick(plan.allHosts()));
      case ALONE -> alone(inside(site));
      case INNER_ONE_WAY -> innerOneWay(inside(site));
      case KILL -> sites.kill(inside(site));
      case STAND_STILL -> standStill(inside(site));
      case REPLACE_CUT_OFF -> replaceCutOff(site);
      case RESTART_ONE_BY_ONE -> {
        sites.troubled(site);
        restartOneByOne(site);
      }
    }
  }

  /** A machine of a site inside which something goes wrong now. */
  private String inside(String site) {
    sites.troubled(site);
    return pick(plan.hostsOf(site));
  }

  private <T> T pick(List<T> from) {
    return from.get(world.faults().nextInt(from.size()));
  }

  private List<String> others(String site) {
    return plan.allHosts().stream().filter(host -> !plan.siteOf(host).equals(site)).toList();
  }

  private void later(int millisMin, int millisMax, Runnable work) {
    var millis = world.faults().nextInt(millisMin, millisMax);
    world.after(millis(millis).multipliedBy(habit.lasting()), work);
  }

  /** Nobody outside a site is heard in it, nor the other way round. */
  private void island(String site) {
    var here = plan.hostsOf(site);
    var there = others(site);
    network.cut(here, there);
    network.cut(there, here);
    later(
        4_000,
        40_000,
        () -> {
          network.heal(here, there);
          network.heal(there, here);
        });
  }

  /** None of the processes of a site is left that others know, when they hear of it again. */
  private void replaceCutOff(String site) {
    sites.troubled(site);
    island(site);
    world.note(site + ": every process is replaced");
    var isAtOnce = world.faults().nextBoolean();
    var at = Duration.ZERO;
    for (var host : plan.hostsOf(site)) {
      world.after(at, () -> ifTrouble(() -> sites.kill(host)));
      at = isAtOnce ? at : at.plusSeconds(6);
    }
  }

  /** A site hears the others and is not heard. */
  private void oneWay(String site) {
    var here = plan.hostsOf(site);
    var there = others(site);
    network.cut(here, there);
    later(4_000, 30_000, () -> network.heal(here, there));
  }

  /** The links of a site to the others come and go. */
  private void flap(String site) {
    var here = plan.hostsOf(site);
    var there = others(site);
    for (var i = 0; i < FLAPS; i++) {
      var at = millis(2_000L * i);
      world.after(at, () -> ifTrouble(() -> network.cut(here, there)));
      world.after(at.plusMillis(1_200), () -> network.heal(here, there));
    }
  }

  private void ifTrouble(Runnable work) {
    if (!isOver) {
      work.run();
    }
  }

  /** A machine hears none of the others, or none of those of its site, nor they it. */
  private void alone(String host) {
    var site = plan.siteOf(host);
    var isNetworkGone = world.faults().nextBoolean();
    var rest =
        (isNetworkGone ? plan.allHosts() : plan.hostsOf(site))
            .stream().filter(other -> !other.equals(host)).toList();
    network.cut(List.of(host), rest);
    network.cut(rest, List.of(host));
    later(
        2_000,
        45_000,
        () -> {
          sites.troubled(site);
          network.heal(List.of(host), rest);
          network.heal(rest, List.of(host));
        });
  }

  private void innerOneWay(String host) {
    var site = plan.siteOf(host);
    var rest = plan.hostsOf(site).stream().filter(other -> !other.equals(host)).toList();
    network.cut(List.of(host), rest);
    later(
        2_000,
        20_000,
        () -> {
          sites.troubled(site);
          network.heal(List.of(host), rest);
        });
  }

  private void standStill(String name) {
    var host = sites.host(name);
    host.pause();
    later(
        2_000,
        45_000,
        () -> {
          sites.troubled(plan.siteOf(name));
          host.resume();
        });
  }

  private void slow(String from, String to) {
    if (plan.siteOf(from).equals(plan.siteOf(to))) {
      return;
    }
    world.note("link %s>%s is slow".formatted(from, to));
    network.weather(from, to, SLOW);
    later(
        4_000,
        20_000,
        () -> {
          world.note("link %s>%s is as usual".formatted(from, to));
          network.usualWeather(from, to);
        });
  }

  private void drift(String name) {
    var factor = 0.95 + world.faults().nextDouble() * 0.1;
    world.note("%s: time passes %.3f times as fast".formatted(name, factor));
    sites.host(name).drift(factor);
  }

  private void restartOneByOne(String site) {
    world.note(site + " is restarted one by one");
    var at = Duration.ZERO;
    for (var host : plan.hostsOf(site)) {
      world.after(at, () -> ifTrouble(() -> sites.leave(host)));
      at = at.plusSeconds(12);
    }
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
