package dev.weft.sim.scenario;

import dev.weft.sim.node.SitePlan;
import dev.weft.sim.node.Sites;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What goes wrong between sites and inside them, one thing over the other. */
final class SiteTrouble {

  private static final int FLAPS = 8;
  private static final Network.Weather SLOW = new Network.Weather(0.1, 0, Duration.ofMillis(250));

  private final World world;
  private final Network network;
  private final Sites sites;
  private final SitePlan plan;
  private final Duration every;
  private final Set<String> cutOff = new TreeSet<>();
  private Optional<String> troubled = Optional.empty();
  private boolean isOver;

  /**
   * @param every time between two things, on average
   */
  SiteTrouble(World world, Network network, Sites sites, Duration every) {
    this.world = world;
    this.network = network;
    this.sites = sites;
    this.plan = sites.plan();
    this.every = every;
  }

  void start() {
    var pause = (long) (every.toNanos() * world.faults().nextExponential());
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
      sites.host(from).slowJournal(1);
      for (var to : all) {
        network.heal(from, to);
        network.usualWeather(from, to);
      }
    }
  }

  private void happen() {
    if (sites.isWhole()) {
      troubled = Optional.empty();
      cutOff.clear();
    }
    var site = pick(plan.sites());
    var kind = world.faults().nextInt(16);
    switch (kind) {
      case 0, 1, 2 -> ifNotTroubled(site, () -> island(site));
      case 3 -> ifNotTroubled(site, () -> oneWay(site));
      case 4 -> ifNotTroubled(site, () -> flap(site));
      case 5 -> slow(pick(plan.allHosts()), pick(plan.allHosts()));
      case 6 -> drift(pick(plan.allHosts()));
      default -> inside(site).ifPresent(its -> happenInside(kind, its));
    }
  }

  private void happenInside(int kind, String site) {
    sites.troubled(site);
    var host = pick(plan.hostsOf(site));
    switch (kind) {
      case 7, 8 -> alone(host);
      case 9 -> innerOneWay(host);
      case 10, 11 -> sites.kill(host);
      case 12, 13, 14 -> standStill(host);
      default -> restartOneByOne(site);
    }
  }

  private void ifNotTroubled(String site, Runnable cut) {
    if (!troubled.equals(Optional.of(site))) {
      cutOff.add(site);
      cut.run();
    }
  }

  /**
   * The site inside which things go wrong next: one at a time until all members see each other, and
   * none that was cut off since. Of processes that were started meanwhile only their neighbours can
   * tell the others, who never hear of them if these are gone, too, when the links are back.
   */
  private Optional<String> inside(String wanted) {
    if (troubled.isEmpty() && !cutOff.contains(wanted)) {
      troubled = Optional.of(wanted);
    }
    return troubled;
  }

  private <T> T pick(List<T> from) {
    return from.get(world.faults().nextInt(from.size()));
  }

  private List<String> others(String site) {
    return plan.allHosts().stream().filter(host -> !plan.siteOf(host).equals(site)).toList();
  }

  private void later(int millisMin, int millisMax, Runnable work) {
    world.after(millis(world.faults().nextInt(millisMin, millisMax)), work);
  }

  /** Nobody outside a site is heard in it, nor the other way round. */
  private void island(String site) {
    var here = plan.hostsOf(site);
    var there = others(site);
    cut(here, there);
    cut(there, here);
    later(
        4_000,
        40_000,
        () -> {
          heal(here, there);
          heal(there, here);
        });
  }

  /** A site hears the others and is not heard. */
  private void oneWay(String site) {
    var here = plan.hostsOf(site);
    var there = others(site);
    cut(here, there);
    later(4_000, 30_000, () -> heal(here, there));
  }

  /** The links of a site to the others come and go. */
  private void flap(String site) {
    var here = plan.hostsOf(site);
    var there = others(site);
    for (var i = 0; i < FLAPS; i++) {
      var at = millis(2_000L * i);
      world.after(at, () -> ifTrouble(() -> cut(here, there)));
      world.after(at.plusMillis(1_200), () -> heal(here, there));
    }
  }

  private void ifTrouble(Runnable work) {
    if (!isOver) {
      work.run();
    }
  }

  /** A machine hears none of the others of its site, nor they it. */
  private void alone(String host) {
    var site = plan.siteOf(host);
    var rest = plan.hostsOf(site).stream().filter(other -> !other.equals(host)).toList();
    cut(List.of(host), rest);
    cut(rest, List.of(host));
    later(
        2_000,
        45_000,
        () -> {
          sites.troubled(site);
          heal(List.of(host), rest);
          heal(rest, List.of(host));
        });
  }

  private void innerOneWay(String host) {
    var site = plan.siteOf(host);
    var rest = plan.hostsOf(site).stream().filter(other -> !other.equals(host)).toList();
    cut(List.of(host), rest);
    later(
        2_000,
        20_000,
        () -> {
          sites.troubled(site);
          heal(List.of(host), rest);
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

  private void cut(List<String> from, List<String> to) {
    from.forEach(a -> to.stream().filter(b -> !a.equals(b)).forEach(b -> network.cut(a, b)));
  }

  private void heal(List<String> from, List<String> to) {
    from.forEach(a -> to.forEach(b -> network.heal(a, b)));
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
