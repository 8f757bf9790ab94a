package dev.weft.cluster.moving;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.SessionName;
import dev.weft.cluster.site.SiteName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which of a node's sessions go to another site, and which come home. Heat and cost move only
 * sessions that are at home, and those come home when the reason is over; so a session goes there
 * and back and not round. Where a session may be is a constraint that no reason outweighs.
 */
public final class MoveRule {

  private final MoveSettings settings;

  public MoveRule(MoveSettings settings) {
    this.settings = settings;
  }

  /**
   * What a node does beside.
   *
   * @param away sessions of this node that are elsewhere for a reason that passes, by name
   * @param resting sessions that are left alone now, as they are on their way or did not go
   * @param underWay how many are on their way
   */
  public record Book(Map<String, Away> away, Set<String> resting, int underWay) {}

  /**
   * What is to be done now.
   *
   * @param away sessions that go
   * @param home sessions that come home
   * @param unplaced how many may not be here, and may not be anywhere that is reached
   */
  public record Round(
      List<SessionMove> away, List<SessionMove> home, int unplaced, MoveMemory next) {

    public Round {
      away = List.copyOf(away);
      home = List.copyOf(home);
    }
  }

  /** Decides a round. */
  public Round decide(Situation situation, Book book, MoveMemory before, Instant now) {
    return new Deciding(situation, book, remember(situation, before, now), now).round();
  }

  private MoveMemory remember(Situation situation, MoveMemory before, Instant now) {
    var dwell = settings.dwell();
    var own = situation.find(situation.site());
    var heat =
        settings.heat().isOn()
            ? before
                .heat()
                .next(
                    own.filter(site -> isHot(situation, site)).isPresent(),
                    own.filter(site -> isCool(situation, site)).isPresent(),
                    now,
                    dwell)
            : Spell.of(Spell.State.OFF);
    var cheaper = new HashMap<SiteName, Spell>();
    if (settings.cost().isOn()) {
      for (var site : situation.others()) {
        cheaper.put(
            site.site(),
            before
                .cheaper(site.site())
                .next(
                    isCheaper(situation, site, settings.cost().margin()),
                    site.closed().isEmpty()
                        && !isCheaper(situation, site, settings.cost().backMargin()),
                    now,
                    dwell));
      }
    }
    return new MoveMemory(heat, cheaper);
  }

  /** Nodes of the own site that could have this node's sessions in its place, and itself. */
  private static List<NodeFacts> peers(Situation situation, SiteSight own) {
    return own.ready().stream()
        .filter(node -> node.state().pipelines().containsAll(situation.here().state().pipelines()))
        .toList();
  }

  private boolean isHot(Situation situation, SiteSight own) {
    var peers = peers(situation, own);
    return own.unheard() == 0
        && !peers.isEmpty()
        && peers.stream()
            .allMatch(node -> node.state().celsius().orElse(Double.NaN) >= settings.heat().above());
  }

  private boolean isCool(Situation situation, SiteSight own) {
    return peers(situation, own).stream()
        .anyMatch(node -> !(node.state().celsius().orElse(Double.NaN) >= settings.heat().below()));
  }

  private static boolean isCheaper(Situation situation, SiteSight site, double margin) {
    var here = situation.here().state().price();
    return here.isPresent()
        && site.closed().isEmpty()
        && site.price().filter(there -> there * (1 + margin) < here.getAsLong()).isPresent();
  }

  /** One round. */
  private final class Deciding {

    private final Situation situation;
    private final Book book;
    private final MoveMemory memory;
    private final Instant now;
    private final List<SessionMove> away = new ArrayList<>();
    private final List<SessionMove> home = new ArrayList<>();
    private final Set<String> chosen = new HashSet<>();
    private int unplaced;

    Deciding(Situation situation, Book book, MoveMemory memory, Instant now) {
      this.situation = situation;
      this.book = book;
      this.memory = memory;
      this.now = now;
    }

    Round round() {
      // Whoever drains the site sees to all of its sessions.
      if (!situation.find(situation.site()).map(SiteSight::isDraining).orElse(true)) {
        keepResidency();
        comeHome();
        flee();
      }
      return new Round(away, home, unplaced, memory);
    }

    private int free() {
      return Math.min(settings.movesMax(), settings.underWayMax() - book.underWay())
          - away.size()
          - home.size();
    }

    private boolean isLeftAlone(String session) {
      return book.resting().contains(session) || chosen.contains(session);
    }

    private void keepResidency() {
      if (!settings.isResidencyKept()) {
        return;
      }
      // Those of which frames come first: one that has gone may be remembered here for a while.
      var fedLately =
          situation.fed().stream()
              .sorted(
                  Comparator.comparing(Situation.Fed::quietFor)
                      .thenComparing(Situation.Fed::session))
              .toList();
      for (var fed : fedLately) {
        if (situation.residency(fed.tenant()).admits(situation.here().zones(), true)
            || isLeftAlone(fed.session())) {
          continue;
        }
        var to = target(fed, _ -> true, byLoad());
        if (to.isEmpty()) {
          unplaced++;
        } else if (free() > 0) {
          go(fed, to.get(), MoveReason.RESIDENCY);
        }
      }
    }

    private void comeHome() {
      var own = situation.find(situation.site()).filter(this::hasRoom);
      if (own.isEmpty() || !memory.heat().isOff()) {
        return;
      }
      book.away().values().stream()
          .filter(gone -> gone.reason() == MoveReason.HEAT || gone.reason() == MoveReason.COST)
          .filter(gone -> !isLeftAlone(gone.session()) && mayLeave(gone))
          .filter(gone -> own.get().against(situation.labels(gone.tenant())).isEmpty())
          .sorted(Comparator.comparing(Away::at).thenComparing(Away::session))
          .limit(Math.max(0, free()))
          .forEach(
              gone -> {
                chosen.add(gone.session());
                home.add(
                    new SessionMove(
                        gone.session(), gone.tenant(), gone.to(), situation.site(), gone.reason()));
              });
    }

    private boolean mayLeave(Away gone) {
      var isReached = situation.find(gone.to()).filter(at -> !at.nodes().isEmpty()).isPresent();
      var isOver = !settings.cost().isOn() || memory.cheaper(gone.to()).isOff();
      return isReached
          && isOver
          && Duration.between(gone.at(), now).compareTo(settings.stayMin()) >= 0;
    }

    /** For heat and cost, as long as it is known who is to come home. */
    private void flee() {
      var isCheap = memory.cheaper().values().stream().anyMatch(Spell::isOn);
      if (!memory.heat().isOn() && !isCheap) {
        return;
      }
      var known = book.away().size();
      var fleeing =
          situation.fed().stream()
              .filter(this::mayFlee)
              .sorted(
                  Comparator.comparing(Situation.Fed::fedFor)
                      .reversed()
                      .thenComparing(Situation.Fed::session))
              .toList();
      for (var fed : fleeing) {
        if (free() < 1 || known >= settings.awayMax()) {
          return;
        }
        if (flee(fed)) {
          known++;
        }
      }
    }

    private boolean mayFlee(Situation.Fed fed) {
      var isHome =
          SessionName.find(fed.session(), situation.site())
              .filter(name -> name.home().equals(situation.site()))
              .isPresent();
      return isHome
          && !isLeftAlone(fed.session())
          && fed.fedFor().compareTo(settings.stayMin()) >= 0
          && fed.quietFor().compareTo(settings.quietAfter()) < 0;
    }

    private boolean flee(Situation.Fed fed) {
      var reason = memory.heat().isOn() ? MoveReason.HEAT : MoveReason.COST;
      var to =
          reason == MoveReason.HEAT
              ? target(fed, _ -> true, byLoad())
              : target(fed, site -> memory.cheaper(site.site()).isOn(), byPrice());
      to.ifPresent(site -> go(fed, site, reason));
      return to.isPresent();
    }

    private void go(Situation.Fed fed, SiteSight to, MoveReason reason) {
      chosen.add(fed.session());
      away.add(new SessionMove(fed.session(), fed.tenant(), situation.site(), to.site(), reason));
    }

    private Optional<SiteSight> target(
        Situation.Fed fed, Predicate<SiteSight> wanted, Comparator<SiteSight> order) {
      var labels = situation.labels(fed.tenant());
      return situation.others().stream()
          .filter(wanted)
          .filter(site -> site.against(labels).isEmpty())
          .filter(this::canRun)
          .filter(this::hasRoom)
          .min(order);
    }

    /** Whether all of its nodes have what this one has. */
    private boolean canRun(SiteSight site) {
      return site.ready().stream()
          .allMatch(
              node -> node.state().pipelines().containsAll(situation.here().state().pipelines()));
    }

    private boolean hasRoom(SiteSight site) {
      return site.closed().isEmpty()
          && site.load() <= settings.loadMax()
          && site.ready().stream()
              .noneMatch(
                  node ->
                      node.state().celsius().orElse(Double.NEGATIVE_INFINITY)
                          >= settings.heat().below());
    }

    private Comparator<SiteSight> byLoad() {
      return Comparator.comparingDouble(SiteSight::load).thenComparing(SiteSight::site);
    }

    private Comparator<SiteSight> byPrice() {
      return Comparator.comparingLong((SiteSight site) -> site.price().orElse(Long.MAX_VALUE))
          .thenComparing(SiteSight::site);
    }
  }
}
