package dev.weft.sim.scenario;

import dev.weft.sim.node.Sites;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;

/**
 * Sites that are away while others are restarted, and nodes that only other sites reach, one thing
 * after the other: between two there is time to find together again.
 */
final class IslandTrouble extends Trouble {

  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** More than a site may take to serve again, and its clients to be answered. */
  private static final Duration AWAY_AT_LEAST = Duration.ofSeconds(60);

  private static final Duration FLAP = Duration.ofSeconds(6);
  private static final Duration FLAP_CUT = Duration.ofSeconds(4);
  private static final int FLAPS = 5;

  IslandTrouble(World world, Network network, Sites sites) {
    super(world, network, sites);
  }

  @Override
  void start() {
    ifTrouble(() -> world.after(happen().plus(PAUSE), this::start));
  }

  /** Has something go wrong; answers for how long. */
  private Duration happen() {
    var single = plan.sites().stream().filter(site -> plan.hostsOf(site).size() == 1).toList();
    var several = plan.sites().stream().filter(site -> plan.hostsOf(site).size() > 2).toList();
    var lasts = millis(world.faults().nextInt(5_000, 50_000));
    var away = AWAY_AT_LEAST.plus(lasts.dividedBy(2));
    return switch (world.faults().nextInt(9)) {
      case 0, 1 -> away(List.of(pick(plan.sites())), pick(single), away);
      case 2 -> away(several, pick(single), away);
      case 3 -> away(single, pick(several), away);
      case 4, 5 -> unreached(pick(plan.hostsOf(pick(several))), lasts);
      case 6 -> pair(pick(several), lasts);
      case 7 -> flap(pick(plan.hostsOf(pick(several))));
      default -> asleep(pick(plan.hostsOf(pick(several))), lasts);
    };
  }

  /** Sites that nobody else reaches, while all of another one is restarted. */
  private Duration away(List<String> gone, String restarted, Duration lasts) {
    world.note("%s are away, and %s is restarted".formatted(gone, restarted));
    for (var site : gone) {
      between(plan.hostsOf(site), others(site), lasts);
    }
    later(1_000, 15_000, () -> ifTrouble(() -> plan.hostsOf(restarted).forEach(sites::kill)));
    return lasts;
  }

  /** A machine that reaches all sites but none of its own. */
  private Duration unreached(String host, Duration lasts) {
    world.note(host + " reaches none of its site");
    sites.troubled(plan.siteOf(host));
    between(List.of(host), neighbours(host), lasts);
    return lasts;
  }

  /** Two of a site that do not reach each other, while a third reaches both. */
  private Duration pair(String site, Duration lasts) {
    sites.troubled(site);
    var hosts = plan.hostsOf(site);
    var one = pick(hosts);
    var other = pick(neighbours(one));
    world.note("%s and %s do not reach each other".formatted(one, other));
    between(List.of(one), List.of(other), lasts);
    return lasts;
  }

  private Duration flap(String host) {
    world.note(host + " reaches its site and does not, time and again");
    sites.troubled(plan.siteOf(host));
    for (var i = 0; i < FLAPS; i++) {
      world.after(
          FLAP.multipliedBy(i),
          () -> ifTrouble(() -> between(List.of(host), neighbours(host), FLAP_CUT)));
    }
    return FLAP.multipliedBy(FLAPS);
  }

  private Duration asleep(String name, Duration lasts) {
    sites.troubled(plan.siteOf(name));
    var host = sites.host(name);
    host.pause();
    world.after(lasts, host::resume);
    return lasts;
  }

  private void between(List<String> here, List<String> there, Duration lasts) {
    cut(here, there);
    cut(there, here);
    world.after(
        lasts,
        () -> {
          heal(here, there);
          heal(there, here);
        });
  }
}
