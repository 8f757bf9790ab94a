package dev.weft.fabric.session;

import com.google.protobuf.ByteString;
import dev.weft.api.session.v1.BudgetReserved;
import dev.weft.api.session.v1.BudgetSettled;
import dev.weft.api.session.v1.ContextObserved;
import dev.weft.api.session.v1.FramesCheckpointed;
import dev.weft.api.session.v1.SessionClosed;
import dev.weft.api.session.v1.SessionOpened;
import dev.weft.api.session.v1.SessionSnapshot;
import dev.weft.persistence.journal.Codebook;
import dev.weft.persistence.journal.CodebookCodec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How a session's events and snapshots are stored: {@code weft/session/v1/events.proto}. */
public final class SessionCodec extends CodebookCodec {

  /** In every stored row; never changed. */
  static final int IDENTIFIER = 5_743_001;

  static final Codebook CODEBOOK =
      MoveCodec.forms(Codebook.builder())
          .form(
              SessionEvent.Opened.class,
              "session.opened.v1",
              SessionCodec::opened,
              bytes -> opened(SessionOpened.parseFrom(bytes)))
          .form(
              SessionEvent.ContextObserved.class,
              "session.context-observed.v1",
              SessionCodec::observed,
              bytes -> observed(ContextObserved.parseFrom(bytes)))
          .form(
              SessionEvent.FramesCheckpointed.class,
              "session.frames-checkpointed.v1",
              SessionCodec::checkpointed,
              bytes -> checkpointed(FramesCheckpointed.parseFrom(bytes)))
          .form(
              SessionEvent.BudgetReserved.class,
              "session.budget-reserved.v1",
              event -> block(event.block(), event.amount()).toByteArray(),
              bytes -> reserved(BudgetReserved.parseFrom(bytes)))
          .form(
              SessionEvent.BudgetSettled.class,
              "session.budget-settled.v1",
              SessionCodec::settled,
              bytes -> settled(BudgetSettled.parseFrom(bytes)))
          .form(
              SessionEvent.Closed.class,
              "session.closed.v1",
              SessionCodec::closed,
              bytes -> closed(SessionClosed.parseFrom(bytes)))
          .form(
              SessionState.class,
              "session.state.v1",
              SessionCodec::state,
              bytes -> state(SessionSnapshot.parseFrom(bytes)))
          .build();

  /** Called by Akka. */
  public SessionCodec() {
    super(IDENTIFIER, CODEBOOK);
  }

  private static byte[] opened(SessionEvent.Opened event) {
    return SessionOpened.newBuilder()
        .setTenant(event.tenant())
        .setEpoch(event.epoch())
        .setBudgetMicros(event.budget())
        .setAtMillis(event.at().toEpochMilli())
        .setFeeder(feeder(event.feeder(), event.epoch()))
        .setNode(event.feeder().node())
        .build()
        .toByteArray();
  }

  private static SessionEvent.Opened opened(SessionOpened stored) {
    return new SessionEvent.Opened(
        stored.getTenant(),
        stored.getEpoch(),
        stored.getBudgetMicros(),
        Instant.ofEpochMilli(stored.getAtMillis()),
        feeder(stored.getFeeder(), stored.getEpoch(), stored.getNode()));
  }

  /** Stored as 0 where it is the epoch, as it was before there were clusters. */
  private static long feeder(FeederId feeder, long epoch) {
    return feeder.process() == epoch ? 0 : feeder.process();
  }

  private static FeederId feeder(long stored, long epoch, String node) {
    return new FeederId(stored == 0 ? epoch : stored, node);
  }

  private static byte[] observed(SessionEvent.ContextObserved event) {
    return ContextObserved.newBuilder()
        .addAllSignals(signals(event.signals()))
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static SessionEvent.ContextObserved observed(ContextObserved stored) {
    return new SessionEvent.ContextObserved(
        stored.getSignalsList().stream().map(SessionCodec::signal).toList(),
        Instant.ofEpochMilli(stored.getAtMillis()));
  }

  private static byte[] checkpointed(SessionEvent.FramesCheckpointed event) {
    return FramesCheckpointed.newBuilder()
        .setEpoch(event.epoch())
        .setFrom(event.from())
        .setTo(event.to())
        .setTraceHash(bytes(event.traceHash()))
        .build()
        .toByteArray();
  }

  private static SessionEvent.FramesCheckpointed checkpointed(FramesCheckpointed stored) {
    return new SessionEvent.FramesCheckpointed(
        stored.getEpoch(), stored.getFrom(), stored.getTo(), hexadecimal(stored.getTraceHash()));
  }

  private static SessionEvent.BudgetReserved reserved(BudgetReserved stored) {
    return new SessionEvent.BudgetReserved(stored.getBlock(), stored.getAmountMicros());
  }

  private static byte[] settled(SessionEvent.BudgetSettled event) {
    return BudgetSettled.newBuilder()
        .setBlock(event.block())
        .setSpentMicros(event.spent())
        .build()
        .toByteArray();
  }

  private static SessionEvent.BudgetSettled settled(BudgetSettled stored) {
    return new SessionEvent.BudgetSettled(stored.getBlock(), stored.getSpentMicros());
  }

  private static byte[] closed(SessionEvent.Closed event) {
    return SessionClosed.newBuilder()
        .setReason(event.reason())
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static SessionEvent.Closed closed(SessionClosed stored) {
    return new SessionEvent.Closed(stored.getReason(), Instant.ofEpochMilli(stored.getAtMillis()));
  }

  /** SHA-256 of a state as it is stored, in lower-case hexadecimal. */
  static String digest(SessionState state) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(state(state)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  private static byte[] state(SessionState state) {
    return snapshot(state).toByteArray();
  }

  static SessionSnapshot snapshot(SessionState state) {
    var snapshot =
        SessionSnapshot.newBuilder()
            .setPhase(
                switch (state.phase()) {
                  case NEW -> SessionSnapshot.Phase.NEW;
                  case OPEN -> SessionSnapshot.Phase.OPEN;
                  case CLOSED -> SessionSnapshot.Phase.CLOSED;
                })
            .setTenant(state.tenant())
            .setEpoch(state.epoch())
            .setOpenedMillis(state.openedAt().toEpochMilli())
            .addAllSignals(signals(state.context().signals()))
            .setObservedMillis(state.context().observedAt().toEpochMilli())
            .setLastFrame(state.checkpoint().lastFrame())
            .setTraceHash(bytes(state.checkpoint().traceHash()))
            .setFrames(state.checkpoint().frames())
            .setBudgetMicros(state.budget().limit())
            .setSpentMicros(state.budget().spent())
            .setLastBlock(state.budget().lastBlock())
            .setClosedReason(state.closedReason())
            .setFeeder(feeder(state.feeder(), state.epoch()))
            .setNode(state.feeder().node())
            .setUnfed(state.epoch() > 0 && state.feeder().equals(FeederId.NONE));
    MoveCodec.whereabouts(state.whereabouts()).ifPresent(snapshot::setWhereabouts);
    state.budget().blocks().forEach((block, amount) -> snapshot.addBlocks(block(block, amount)));
    return snapshot.build();
  }

  static SessionState state(SessionSnapshot stored) {
    var blocks = new TreeMap<Long, Long>();
    stored.getBlocksList().forEach(each -> blocks.put(each.getBlock(), each.getAmountMicros()));
    return new SessionState(
        switch (stored.getPhase()) {
          case NEW -> SessionState.Phase.NEW;
          case OPEN -> SessionState.Phase.OPEN;
          case CLOSED -> SessionState.Phase.CLOSED;
          case UNRECOGNIZED ->
              throw new IllegalArgumentException("phase: %d".formatted(stored.getPhaseValue()));
        },
        stored.getTenant(),
        stored.getEpoch(),
        stored.getUnfed()
            ? FeederId.NONE
            : feeder(stored.getFeeder(), stored.getEpoch(), stored.getNode()),
        Instant.ofEpochMilli(stored.getOpenedMillis()),
        new SessionContext(
            stored.getSignalsList().stream().map(SessionCodec::signal).toList(),
            Instant.ofEpochMilli(stored.getObservedMillis())),
        new Checkpoint(
            stored.getLastFrame(), hexadecimal(stored.getTraceHash()), stored.getFrames()),
        new SessionBudget(
            stored.getBudgetMicros(),
            stored.getSpentMicros(),
            Map.copyOf(blocks),
            stored.getLastBlock()),
        stored.getClosedReason(),
        MoveCodec.whereabouts(stored));
  }

  private static List<dev.weft.api.session.v1.Signal> signals(List<Signal> signals) {
    return signals.stream().map(SessionCodec::signal).toList();
  }

  static dev.weft.api.session.v1.Signal signal(Signal signal) {
    var stored =
        dev.weft.api.session.v1.Signal.newBuilder()
            .setName(signal.name())
            .setExpiresMillis(signal.expiresAt().toEpochMilli());
    switch (signal.value()) {
      case SignalValue.Truth(var truth) -> stored.setTruth(truth);
      case SignalValue.Number(var number) -> stored.setNumber(number);
      case SignalValue.Text(var text) -> stored.setText(text);
    }
    return stored.build();
  }

  static Signal signal(dev.weft.api.session.v1.Signal stored) {
    var value =
        switch (stored.getValueCase()) {
          case TRUTH -> new SignalValue.Truth(stored.getTruth());
          case NUMBER -> new SignalValue.Number(stored.getNumber());
          case TEXT -> new SignalValue.Text(stored.getText());
          case VALUE_NOT_SET ->
              throw new IllegalArgumentException(
                  "signal '%s': no value (expected: one)".formatted(stored.getName()));
        };
    return new Signal(stored.getName(), value, Instant.ofEpochMilli(stored.getExpiresMillis()));
  }

  private static BudgetReserved block(long block, long amount) {
    return BudgetReserved.newBuilder().setBlock(block).setAmountMicros(amount).build();
  }

  static ByteString bytes(String hexadecimal) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hexadecimal));
  }

  static String hexadecimal(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
