package dev.weft.sim.node;

import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Moves sessions from site to site, through whichever machine, and has what was left half done
 * brought to its end, as operators and nodes do.
 */
public final class SiteMover {

  private static final Duration MEND_EVERY = Duration.ofSeconds(3);
  private static final int MENDED_OF = 2;

  private final World world;
  private final Sites sites;
  private final Duration every;
  private final Supplier<List<String>> sessions;
  private boolean isCalm;
  private long asked;

  /**
   * @param every time between two things that it does
   * @param sessions those that it moves at the moment
   */
  public SiteMover(World world, Sites sites, Duration every, Supplier<List<String>> sessions) {
    this.world = world;
    this.sites = sites;
    this.every = every;
    this.sessions = sessions;
  }

  public void start() {
    world.after(
        isCalm ? MEND_EVERY : every,
        () -> {
          act(sessions.get());
          start();
        });
  }

  private void act(List<String> present) {
    if (isCalm) {
      var left = new LinkedHashSet<>(present);
      left.addAll(sites.between());
      left.forEach(this::mend);
    } else if (!present.isEmpty()) {
      if (world.load().nextInt(MENDED_OF) == 0) {
        mend(pick(present));
      } else {
        move(pick(present));
      }
    }
  }

  /** Moves nothing any more, and brings to its end what is under way. */
  public void calm() {
    isCalm = true;
  }

  /** Moves again after a calm. */
  public void goOn() {
    isCalm = false;
  }

  private <T> T pick(List<T> from) {
    return from.get(world.load().nextInt(from.size()));
  }

  private Optional<Member> anyMember() {
    return sites.member(pick(sites.plan().allHosts()));
  }

  private void move(String session) {
    var to = pick(sites.plan().sites());
    var from = sites.siteOf(session);
    if (from.isPresent() && !from.get().equals(to)) {
      asked++;
      world.note("session %s is to move from %s to %s".formatted(session, from.get(), to));
      anyMember().ifPresent(member -> member.move(session, from.get(), to));
    }
  }

  private void mend(String session) {
    sites
        .plan()
        .sites()
        .forEach(site -> anyMember().ifPresent(member -> member.mend(session, site)));
  }

  @Override
  public String toString() {
    return "%d moves were asked for".formatted(asked);
  }
}
