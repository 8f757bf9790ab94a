package dev.weft.sim.scenario;

import dev.weft.sim.node.Sites;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;

/** What goes wrong between sites and inside them, one thing over the other. */
final class SiteTrouble extends Trouble {

  private static final int FLAPS = 8;
  private static final Network.Weather SLOW = new Network.Weather(0.1, 0, Duration.ofMillis(250));

  private final Duration every;

  /**
   * @param every time between two things, on average
   */
  SiteTrouble(World world, Network network, Sites sites, Duration every) {
    super(world, network, sites);
    this.every = every;
  }

  @Override
  void start() {
    var pause = (long) (every.toNanos() * world.faults().nextExponential());
    world.after(
        Duration.ofNanos(pause),
        () ->
            ifTrouble(
                () -> {
                  happen();
                  start();
                }));
  }

  private void happen() {
    var site = pick(plan.sites());
    switch (world.faults().nextInt(18)) {
      case 0, 1, 2 -> island(site);
      case 3 -> oneWay(site);
      case 4 -> flap(site);
      case 5 -> slow(pick(plan.allHosts()), pick(plan.allHosts()));
      case 6 -> drift(pick(plan.allHosts()));
      case 7, 8 -> alone(inside(site));
      case 9 -> innerOneWay(inside(site));
      case 10, 11 -> sites.kill(inside(site));
      case 12, 13, 14 -> standStill(inside(site));
      case 15, 16 -> replaceCutOff(site);
      default -> {
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

  /** A machine hears none of the others, or none of those of its site, nor they it. */
  private void alone(String host) {
    var site = plan.siteOf(host);
    var isNetworkGone = world.faults().nextBoolean();
    var rest =
        (isNetworkGone ? plan.allHosts() : plan.hostsOf(site))
            .stream().filter(other -> !other.equals(host)).toList();
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
    var rest = neighbours(host);
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
}
