package dev.weft.cluster.moving;

import dev.weft.api.moving.v1.AwayEnded;
import dev.weft.api.moving.v1.DrainOrdered;
import dev.weft.api.moving.v1.DrainUndone;
import dev.weft.api.moving.v1.State;
import dev.weft.api.moving.v1.WentAway;
import dev.weft.cluster.site.SiteName;
import dev.weft.persistence.journal.Codebook;
import dev.weft.persistence.journal.CodebookCodec;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Optional;

/**
 * How events and snapshots of sessions that move are stored: {@code weft/moving/v1/events.proto}.
 */
public final class MovingCodec extends CodebookCodec {

  /** In every stored row; never changed. */
  static final int IDENTIFIER = 5_743_020;

  static final Codebook CODEBOOK =
      Codebook.builder()
          .form(
              MovingEvent.DrainOrdered.class,
              "moving.drain-ordered.v1",
              event -> ordered(event).toByteArray(),
              bytes -> ordered(DrainOrdered.parseFrom(bytes)))
          .form(
              MovingEvent.DrainUndone.class,
              "moving.drain-undone.v1",
              event ->
                  DrainUndone.newBuilder()
                      .setAtMillis(event.at().toEpochMilli())
                      .build()
                      .toByteArray(),
              bytes ->
                  new MovingEvent.DrainUndone(
                      Instant.ofEpochMilli(DrainUndone.parseFrom(bytes).getAtMillis())))
          .form(
              MovingEvent.WentAway.class,
              "moving.went-away.v1",
              event -> away(event.away()).toByteArray(),
              bytes -> new MovingEvent.WentAway(away(WentAway.parseFrom(bytes))))
          .form(
              MovingEvent.AwayEnded.class,
              "moving.away-ended.v1",
              event -> AwayEnded.newBuilder().setSession(event.session()).build().toByteArray(),
              bytes -> new MovingEvent.AwayEnded(AwayEnded.parseFrom(bytes).getSession()))
          .form(
              MovingState.class,
              "moving.state.v1",
              state -> state(state).toByteArray(),
              bytes -> state(State.parseFrom(bytes)))
          .build();

  /** Called by Akka. */
  public MovingCodec() {
    super(IDENTIFIER, CODEBOOK);
  }

  private static DrainOrdered ordered(MovingEvent.DrainOrdered event) {
    return DrainOrdered.newBuilder()
        .setTo(event.to().text())
        .setAtMillis(event.at().toEpochMilli())
        .build();
  }

  private static MovingEvent.DrainOrdered ordered(DrainOrdered stored) {
    return new MovingEvent.DrainOrdered(
        new SiteName(stored.getTo()), Instant.ofEpochMilli(stored.getAtMillis()));
  }

  private static WentAway away(Away away) {
    return WentAway.newBuilder()
        .setSession(away.session())
        .setTenant(away.tenant())
        .setTo(away.to().text())
        .setReason(WentAway.Reason.valueOf(away.reason().name()))
        .setTerm(away.term())
        .setAtMillis(away.at().toEpochMilli())
        .build();
  }

  private static Away away(WentAway stored) {
    return new Away(
        stored.getSession(),
        stored.getTenant(),
        new SiteName(stored.getTo()),
        MoveReason.valueOf(stored.getReason().name()),
        stored.getTerm(),
        Instant.ofEpochMilli(stored.getAtMillis()));
  }

  private static State state(MovingState state) {
    var stored = State.newBuilder();
    state
        .drain()
        .map(order -> ordered(new MovingEvent.DrainOrdered(order.to(), order.at())))
        .ifPresent(stored::setDrain);
    state.away().values().stream()
        .sorted(Comparator.comparing(Away::session))
        .forEach(away -> stored.addAway(away(away)));
    return stored.build();
  }

  private static MovingState state(State stored) {
    var away = new HashMap<String, Away>();
    stored.getAwayList().forEach(each -> away.put(each.getSession(), away(each)));
    return new MovingState(
        stored.hasDrain()
            ? Optional.of(ordered(stored.getDrain()))
                .map(event -> new DrainOrder(event.to(), event.at()))
            : Optional.empty(),
        away);
  }
}
