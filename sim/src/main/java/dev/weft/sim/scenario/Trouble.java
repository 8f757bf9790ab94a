package dev.weft.sim.scenario;

import dev.weft.sim.node.SitePlan;
import dev.weft.sim.node.Sites;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.List;

/** What goes wrong with machines at sites and links between them, until it ends. */
abstract class Trouble {

  final World world;
  final Network network;
  final Sites sites;
  final SitePlan plan;
  private boolean isOver;

  Trouble(World world, Network network, Sites sites) {
    this.world = world;
    this.network = network;
    this.sites = sites;
    this.plan = sites.plan();
  }

  /** Begins. */
  abstract void start();

  /** Mends everything. */
  final void end() {
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

  final void ifTrouble(Runnable work) {
    if (!isOver) {
      work.run();
    }
  }

  final <T> T pick(List<T> from) {
    return from.get(world.faults().nextInt(from.size()));
  }

  final void later(int millisMin, int millisMax, Runnable work) {
    world.after(millis(world.faults().nextInt(millisMin, millisMax)), work);
  }

  final List<String> others(String site) {
    return plan.allHosts().stream().filter(host -> !plan.siteOf(host).equals(site)).toList();
  }

  /** The other machines of the site at which {@code host} stands. */
  final List<String> neighbours(String host) {
    return plan.hostsOf(plan.siteOf(host)).stream().filter(other -> !other.equals(host)).toList();
  }

  final void cut(List<String> from, List<String> to) {
    from.forEach(a -> to.stream().filter(b -> !a.equals(b)).forEach(b -> network.cut(a, b)));
  }

  final void heal(List<String> from, List<String> to) {
    from.forEach(a -> to.forEach(b -> network.heal(a, b)));
  }

  static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
