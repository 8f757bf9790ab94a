package dev.weft.persistence.mirror;

import dev.weft.persistence.segment.MirrorPosition;
import dev.weft.persistence.segment.Pacer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The standby of one owner's buffer: asks for what is new as soon as it has what it got on its
 * disk, and sends in the owner's place while that does not answer. Whoever steps it, mostly a
 * thread of its own, writes.
 */
public final class MirrorFollower implements AutoCloseable {

  private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();
  private static final int HOUSE_PAUSES = 10;
  private static final Duration ANSWER_MIN = Duration.ofSeconds(1);

  private final MirrorSettings settings;
  private final OwnerLink link;
  private final MirrorShelf shelf;
  private final TakeoverWorld world;
  private final Pacer pacer;
  private final Consumer<String> told;
  private final FollowRule rule;
  private final TreeMap<String, Mirror> mirrors = new TreeMap<>();
  private final TreeMap<String, String> aside = new TreeMap<>();
  private Optional<String> source = Optional.empty();
  private Optional<String> trouble = Optional.empty();
  private @Nullable CompletableFuture<Pulled> asked;
  private long askAtNanos;
  private long houseAtNanos;
  private boolean isLost;
  private volatile boolean isTurn = true;
  private volatile boolean isEmpty;
  private boolean closed;
  private volatile FollowerStatus status =
      new FollowerStatus(false, 0, 0, Optional.empty(), Optional.empty());

  /**
   * Begins to follow.
   *
   * @param grace within which a missing owner does not count as lost at first
   * @param nanos now, on the clock by which it is stepped
   * @param told what happens, for people
   * @throws IOException if nobody can say what is on the shelf; what there cannot be opened is set
   *     aside, told, and tried again
   */
  public MirrorFollower(
      MirrorSettings settings,
      OwnerLink link,
      MirrorShelf shelf,
      TakeoverWorld world,
      Pacer pacer,
      Duration grace,
      long nanos,
      Consumer<String> told)
      throws IOException {
    this.settings = settings;
    this.link = link;
    this.shelf = shelf;
    this.world = world;
    this.pacer = pacer;
    this.told = told;
    this.askAtNanos = nanos;
    this.rule =
        new FollowRule(settings.brokenAfter(), settings.lostAfter(), nanos + grace.toNanos());
    shelf.sources().forEach(this::open);
    houseAtNanos = nanos + HOUSE_PAUSES * settings.lostAfter().toNanos();
    isEmpty = mirrors.isEmpty() && aside.isEmpty();
    pacer.start(this::step);
  }

  /** Answers whether it is open now. */
  private boolean open(String name) {
    try {
      mirrors.put(name, Mirror.open(name, shelf));
      aside.remove(name);
      return true;
    } catch (IOException | RuntimeException e) {
      aside.put(name, "%s: %s".formatted(name, e.getMessage()));
      return false;
    }
  }

  private void keepHouse(long nanos) {
    if (nanos - houseAtNanos >= 0) {
      houseAtNanos = nanos + HOUSE_PAUSES * settings.lostAfter().toNanos();
      List.copyOf(aside.keySet()).forEach(this::open);
      var isGone = rule.silence(nanos) >= settings.forgetAfter().toNanos();
      List.copyOf(mirrors.keySet()).stream()
          .filter(name -> isGone || source.filter(now -> !now.equals(name)).isPresent())
          .forEach(this::forgetIfSent);
    }
  }

  /** Nobody needs what the owner has no more and the destination has. Tried again if it fails. */
  private void forgetIfSent(String name) {
    var mirror = mirrors.get(name);
    if (mirror == null || !mirror.isSent()) {
      return;
    }
    mirrors.remove(name);
    mirror.close();
    try {
      shelf.delete(name);
      told.accept("has no buffer %s any more; it is sent, and its mirror deleted".formatted(name));
    } catch (IOException | RuntimeException e) {
      aside.put(name, "%s: not deleted: %s".formatted(name, e.getMessage()));
    }
  }

  /** Whether nothing of the owner is here. */
  public boolean isEmpty() {
    return isEmpty;
  }

  /** How it is with the owner's present source, as of its last step. */
  public FollowerStatus status() {
    return status;
  }

  /**
   * Whether this is the owner's standby now. One that is not any more goes on asking, slowly, and
   * sends what it has while the owner is lost: the one after it may have less.
   */
  public void turn(boolean isNow) {
    isTurn = isNow;
  }

  /**
   * Does what is due at {@code nanos}, on any steady clock; answers after how many nanoseconds it
   * wants to be called again.
   */
  private synchronized long step(long nanos) {
    if (closed) {
      return LOOK_NANOS;
    }
    try {
      return due(nanos);
    } catch (RuntimeException e) {
      // A bug, here or in a link: it is told, and what is here stays, instead of silence.
      trouble = Optional.of("%s (expected: no failure of its own)".formatted(e));
      askAtNanos = nanos + settings.retryAfter().toNanos();
      tell();
      return LOOK_NANOS;
    }
  }

  private long due(long nanos) {
    keepHouse(nanos);
    var reply = asked;
    if (reply != null && reply.isDone()) {
      asked = null;
      askAtNanos = nanos + take(answer(reply), nanos);
    }
    if (asked == null && nanos - askAtNanos >= 0) {
      ask();
    }
    rule.connected(link.isConnected(), nanos);
    send(rule.isLost(nanos), nanos);
    tell();
    return asked == null ? Math.clamp(askAtNanos - nanos, 0, LOOK_NANOS) : LOOK_NANOS;
  }

  private void tell() {
    isEmpty = mirrors.isEmpty() && aside.isEmpty();
    var why = trouble.or(() -> aside.values().stream().findFirst());
    status =
        following()
            .or(() -> mirrors.values().stream().findFirst())
            .map(mirror -> mirror.status(isLost, why))
            .orElse(new FollowerStatus(isLost, 0, 0, why, Optional.empty()));
  }

  private static Pulled answer(CompletableFuture<Pulled> reply) {
    return reply.isCompletedExceptionally()
        ? new Pulled.Unanswered(String.valueOf(reply.exceptionNow()))
        : reply.join();
  }

  /** The mirror of the owner's present source, as far as that is known. */
  private Optional<Mirror> following() {
    return source.flatMap(name -> Optional.ofNullable(mirrors.get(name)));
  }

  private void ask() {
    var pull =
        following()
            .map(one -> new Pull(source, one.files().position(), trouble))
            .orElse(new Pull(Optional.empty(), MirrorPosition.START, trouble));
    var within = settings.lostAfter().compareTo(ANSWER_MIN) > 0 ? settings.lostAfter() : ANSWER_MIN;
    trouble = Optional.empty();
    var reply = link.ask(pull, within);
    asked = reply;
    if (!reply.isDone()) {
      var _ = reply.whenComplete((_, _) -> pacer.wake());
    }
  }

  /** Takes what the owner said; answers how long to wait before the next question. */
  private long take(Pulled said, long nanos) {
    var retry = retryNanos();
    return switch (said) {
      case Pulled.Unanswered _ -> retry;
      case Pulled.Refused(var reason, var detail, var terms) -> {
        rule.heard(nanos);
        if (reason == Pulled.Reason.OTHER_SOURCE && terms.isPresent()) {
          yield follow(terms.get()) ? 0 : retry;
        }
        if (reason == Pulled.Reason.NOT_YOURS && !isTurn) {
          source = terms.map(Terms::source).or(() -> source);
          yield retry;
        }
        trouble = Optional.of("%s: %s".formatted(reason, detail));
        yield retry;
      }
      case Pulled.Next next -> {
        rule.heard(nanos);
        send(false, nanos);
        yield apply(next) ? 0 : retry;
      }
    };
  }

  /**
   * Whoever only looks whether the owner is there asks twice in the time after which it is lost.
   */
  private long retryNanos() {
    var retry = settings.retryAfter().toNanos();
    return isTurn ? retry : Math.max(retry, settings.lostAfter().toNanos() / 2);
  }

  private boolean follow(Terms terms) {
    try {
      var mirror = mirrors.get(terms.source());
      if (mirror == null) {
        if (!open(terms.source())) {
          trouble = Optional.ofNullable(aside.get(terms.source()));
          return false;
        }
        mirror = mirrors.get(terms.source());
      }
      if (mirror != null) {
        mirror.told(terms);
      }
      source = Optional.of(terms.source());
      return true;
    } catch (IOException e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
      return false;
    }
  }

  /** Answers whether it is on the disk; what is of another question is passed over. */
  private boolean apply(Pulled.Next next) {
    var mirror = mirrors.get(next.terms().source());
    if (mirror == null) {
      return true;
    }
    try {
      mirror.told(next.terms());
      if (!next.group().isEmpty()) {
        mirror.files().apply(next.group());
      }
      return true;
    } catch (IOException e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
      return false;
    }
  }

  /** A source that the owner has no more is sent from here whether the owner answers or not. */
  private void send(boolean isLostNow, long nanos) {
    if (isLostNow != isLost) {
      told.accept(isLostNow ? "is lost; its records are sent from here" : "is back");
    }
    isLost = isLostNow;
    mirrors.forEach(
        (name, mirror) -> {
          if (isLost || source.isPresent() && !source.get().equals(name)) {
            mirror.send(world, settings.retryAfter(), nanos);
          } else if (mirror.isSending()) {
            mirror.rest();
          }
        });
  }

  @Override
  public void close() {
    pacer.stop();
    synchronized (this) {
      closed = true;
      var reply = asked;
      if (reply != null) {
        reply.cancel(false);
      }
      mirrors.values().forEach(Mirror::close);
    }
  }
}
