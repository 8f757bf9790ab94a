package dev.weft.sim.node;

import dev.weft.fabric.session.SessionCodec;
import dev.weft.fabric.session.SessionEvent;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.OneOwner;
import dev.weft.sim.invariant.RejoinsAlone;
import dev.weft.sim.world.Host;
import dev.weft.sim.world.Network;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The members of a cluster at their sites, and what looks after their processes: starts them, and
 * again when they have ended or were killed. The machines of a site share a journal, as with one
 * database.
 */
public final class Sites {

  private static final String ENTITY = "Session|";
  private static final String UP = "Up";
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final int FIRST_OF_SITES = 3;
  private static final int SEEDS_OF_SITE = 5;

  /** How long a member may still end by itself after something was wrong inside its site. */
  private static final Duration TROUBLE_LASTS = Duration.ofMinutes(10);

  /** Processes of a site that hear each other, and since when. */
  private record Together(List<String> processes, Duration since) {}

  private final World world;
  private final Network network;
  private final SitePlan plan;
  private final Findings findings;
  private final OneOwner owner = new OneOwner();
  private final SessionCodec codec = new SessionCodec();
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final Map<String, Member> members = new TreeMap<>();
  private final Map<String, Together> together = new TreeMap<>();
  private final Map<String, Duration> troubledAt = new TreeMap<>();
  private final List<String> leaving = new ArrayList<>();
  private long commits;
  private long moves;
  private long ended;

  public Sites(World world, Network network, SitePlan plan, Findings findings) {
    this.world = world;
    this.network = network;
    this.plan = plan;
    this.findings = findings;
    plan.hosts().forEach(this::prepare);
  }

  private void prepare(String site, List<String> names) {
    for (var name : names) {
      var host = world.host(name);
      host.connect(network);
      if (!name.equals(names.getFirst())) {
        host.shareJournal(world.host(names.getFirst()));
      }
      hosts.put(name, host);
    }
    world
        .host(names.getFirst())
        .journal()
        .watchBy(
            (entity, number, highest, process, manifest, bytes) ->
                committed(site, entity, number, highest, process, manifest, bytes));
  }

  private void committed(
      String site,
      String entity,
      long number,
      long highest,
      String process,
      String manifest,
      byte[] bytes) {
    commits++;
    if (codec.fromBinary(bytes, manifest) instanceof SessionEvent event) {
      var session = entity.substring(ENTITY.length());
      moves += event instanceof SessionEvent.TakenUp ? 1 : 0;
      findings.addAll(owner.check(session, site, process, number, highest, event));
    }
  }

  /** The site at which a session is, as the journals have it; empty while it is between two. */
  public Optional<String> siteOf(String session) {
    return owner.site(session);
  }

  /** The sessions that are between two sites. */
  public List<String> between() {
    return owner.between();
  }

  /** Starts all, and a look at them time and again. */
  public void start() {
    plan.sites().forEach(site -> plan.hostsOf(site).forEach(this::boot));
    look();
  }

  /** Starts a machine, unless it is up. */
  public void boot(String name) {
    var host = host(name);
    if (host.isUp()) {
      return;
    }
    host.boot();
    var site = plan.siteOf(name);
    members.put(name, Member.start(host, site, plan.shards(), seeds(name), () -> ended(name)));
  }

  /** The first machines of some sites, the same for all, and some of its neighbours. */
  private List<String> seeds(String name) {
    var seeds = new LinkedHashSet<String>();
    plan.sites().stream()
        .limit(FIRST_OF_SITES)
        .forEach(site -> seeds.add(plan.hostsOf(site).getFirst()));
    plan.hostsOf(plan.siteOf(name)).stream().limit(SEEDS_OF_SITE).forEach(seeds::add);
    return List.copyOf(seeds);
  }

  /** A process that ends by itself, be it that it was downed or that it left, is started again. */
  private void ended(String name) {
    var isLeaving = leaving.remove(name);
    if (!isLeaving) {
      ended++;
      findings.addAll(RejoinsAlone.checkEnd(name, hadTrouble(plan.siteOf(name))));
    }
    world.after(
        Duration.ZERO,
        () -> {
          members.remove(name);
          host(name).exit();
          restart(name);
        });
  }

  private void restart(String name) {
    world.after(Duration.ofMillis(500 + world.faults().nextInt(2_500)), () -> boot(name));
  }

  /** Kills a machine's process; it is started again soon. */
  public void kill(String name) {
    if (host(name).isUp()) {
      troubled(plan.siteOf(name));
      leaving.remove(name);
      members.remove(name);
      host(name).kill();
      restart(name);
    }
  }

  /** Has a member leave in good order, as for an upgrade; it is started again soon. */
  public void leave(String name) {
    var member = members.get(name);
    if (member != null && !leaving.contains(name)) {
      troubled(plan.siteOf(name));
      leaving.add(name);
      world.note(name + " is to leave");
      member.leave();
    }
  }

  public Host host(String name) {
    return Optional.ofNullable(hosts.get(name)).orElseThrow();
  }

  public SitePlan plan() {
    return plan;
  }

  /** Who is on a machine now. */
  public Optional<Member> member(String name) {
    return Optional.ofNullable(members.get(name));
  }

  /** Says that something is wrong inside a site, so that members of it may be downed. */
  public void troubled(String site) {
    troubledAt.put(site, world.time());
  }

  private boolean hadTrouble(String site) {
    var at = troubledAt.get(site);
    return at != null && world.time().minus(at).compareTo(TROUBLE_LASTS) <= 0;
  }

  /**
   * Since when the same processes of a site, more than half of its machines', run and hear each
   * other, whatever becomes of the rest; empty unless they do.
   */
  public Optional<Duration> servesSince(String site) {
    return Optional.ofNullable(together.get(site)).map(Together::since);
  }

  private void look() {
    for (var site : plan.sites()) {
      var processes = processesTogether(site);
      var before = together.get(site);
      if (processes.size() * 2 <= plan.hostsOf(site).size()) {
        together.remove(site);
      } else if (before == null || !before.processes().equals(processes)) {
        together.put(site, new Together(processes, world.time()));
      }
    }
    world.after(LOOK_EVERY, this::look);
  }

  private List<String> processesTogether(String site) {
    var running = plan.hostsOf(site).stream().filter(this::runs).toList();
    return running.stream()
        .filter(
            name ->
                running.stream().filter(other -> hear(name, other)).count() * 2
                    > plan.hostsOf(site).size())
        .map(name -> name + host(name).processes())
        .toList();
  }

  private boolean runs(String name) {
    return members.containsKey(name) && !host(name).isPaused() && !leaving.contains(name);
  }

  private boolean hear(String one, String other) {
    return !network.isCut(one, other) && !network.isCut(other, one);
  }

  /** Who of {@code wanted} the member on {@code name} does not see up and reachable. */
  public List<String> missing(String name, List<String> wanted) {
    var member = member(name);
    if (member.isEmpty()) {
      return List.of(name);
    }
    var seen = member.get().members();
    var unreachable = member.get().unreachable();
    return wanted.stream()
        .filter(other -> unreachable.contains(other) || !UP.equals(seen.get(other)))
        .map(
            other ->
                other + (unreachable.contains(other) ? ": unreachable" : ": " + seen.get(other)))
        .toList();
  }

  /** Whether every member sees every other up and reachable. */
  public boolean isWhole() {
    var all = plan.allHosts();
    return all.stream().allMatch(name -> missing(name, all).isEmpty());
  }

  /** Lets time pass until every member sees every other, or at most {@code time}. */
  public boolean comeTogether(Duration time) {
    var end = world.time().plus(time);
    while (world.time().compareTo(end) < 0 && !isWhole()) {
      world.pass(LOOK_EVERY);
    }
    return isWhole();
  }

  /** Checks that every member sees every other. */
  public void checkWhole() {
    var all = plan.allHosts();
    all.forEach(name -> findings.addAll(RejoinsAlone.checkView(name, missing(name, all))));
  }

  /** Events that became durable. */
  public long commits() {
    return commits;
  }

  @Override
  public String toString() {
    return "%d members at %d sites, %d ended by themselves, %d events, %d moves"
        .formatted(hosts.size(), plan.sites().size(), ended, commits, moves);
  }
}
