package dev.weft.cluster.fleet;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.fleet.v1.Ended;
import dev.weft.api.fleet.v1.History;
import dev.weft.api.fleet.v1.Past;
import dev.weft.api.fleet.v1.Reported;
import dev.weft.api.fleet.v1.Started;
import dev.weft.api.fleet.v1.Taken;
import dev.weft.api.fleet.v1.WaveBegan;
import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.artifact.VariantText;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.persistence.journal.Codebook;
import dev.weft.persistence.journal.CodebookCodec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How events and snapshots of a fleet's rollouts are stored: {@code weft/fleet/v1/events.proto}.
 */
public final class FleetCodec extends CodebookCodec {

  /** In every stored row; never changed. */
  static final int IDENTIFIER = 5_743_006;

  private static final Logger LOG = LoggerFactory.getLogger(FleetCodec.class);

  private static final Codebook EVENTS = events(Codebook.builder()).build();

  static final Codebook CODEBOOK =
      events(Codebook.builder())
          .form(
              FleetState.class,
              "fleet.state.v1",
              state -> history(state.events()),
              FleetCodec::fleet)
          .form(
              FollowerState.class,
              "fleet.follower.v1",
              state -> history(state.events()),
              FleetCodec::follower)
          .build();

  private static Codebook.Builder events(Codebook.Builder builder) {
    return builder
        .form(
            FleetEvent.Started.class,
            "fleet.started.v1",
            FleetCodec::started,
            bytes -> started(Started.parseFrom(bytes)))
        .form(
            FleetEvent.WaveBegan.class,
            "fleet.wave-began.v1",
            FleetCodec::began,
            bytes -> began(WaveBegan.parseFrom(bytes)))
        .form(
            FleetEvent.Reported.class,
            "fleet.reported.v1",
            FleetCodec::reported,
            bytes -> reported(Reported.parseFrom(bytes)))
        .form(
            FleetEvent.Ended.class,
            "fleet.ended.v1",
            FleetCodec::ended,
            bytes -> ended(Ended.parseFrom(bytes)))
        .form(
            FollowerEvent.Taken.class,
            "fleet.taken.v1",
            FleetCodec::taken,
            bytes -> taken(Taken.parseFrom(bytes)));
  }

  /** Called by Akka. */
  public FleetCodec() {
    super(IDENTIFIER, CODEBOOK);
  }

  private static byte[] started(FleetEvent.Started event) {
    var stored =
        Started.newBuilder()
            .setStage(event.stage())
            .setEpoch(event.epoch())
            .setRegion(event.region().text())
            .setVariant(event.variant())
            .setManifest(event.manifest())
            .addAllTakenBack(event.takenBack())
            .setDeclared(event.declared().map(VariantText::of).orElse(""))
            .setAtMillis(event.at().toEpochMilli());
    event.waves().forEach(wave -> stored.addWaves(wave(wave)));
    return stored.build().toByteArray();
  }

  private static FleetEvent.Started started(Started stored) {
    return new FleetEvent.Started(
        stored.getStage(),
        stored.getEpoch(),
        new SiteName(stored.getRegion()),
        stored.getVariant(),
        stored.getManifest(),
        stored.getWavesList().stream().map(FleetCodec::wave).toList(),
        stored.getTakenBackList(),
        declared(stored.getDeclared()),
        at(stored.getAtMillis()));
  }

  /**
   * What a later release may have written otherwise is left out: nodes then need the variant in
   * their manifests, and the record of all rollouts stays readable.
   */
  private static Optional<DeclaredVariant> declared(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(VariantText.read(text));
    } catch (IllegalArgumentException e) {
      LOG.warn("rollouts of the fleet: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static dev.weft.api.fleet.v1.Wave wave(Wave wave) {
    return dev.weft.api.fleet.v1.Wave.newBuilder()
        .addAllSites(wave.sites().stream().map(SiteName::text).toList())
        .build();
  }

  private static Wave wave(dev.weft.api.fleet.v1.Wave stored) {
    Set<SiteName> sites =
        stored.getSitesList().stream().map(SiteName::new).collect(Collectors.toUnmodifiableSet());
    return new Wave(sites);
  }

  private static byte[] began(FleetEvent.WaveBegan event) {
    return WaveBegan.newBuilder()
        .setStage(event.stage())
        .setBegun(event.begun())
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static FleetEvent.WaveBegan began(WaveBegan stored) {
    return new FleetEvent.WaveBegan(stored.getStage(), stored.getBegun(), at(stored.getAtMillis()));
  }

  private static byte[] reported(FleetEvent.Reported event) {
    var report = event.report();
    return Reported.newBuilder()
        .setStage(event.stage())
        .setNode(event.node().toString())
        .setEpoch(report.epoch())
        .setRegion(report.region())
        .setOrder(Reported.Order.valueOf(report.order().name()))
        .setStanding(Reported.Standing.valueOf(report.standing().known().name()))
        .setBrings(report.standing() == Standing.BRINGS)
        .setWhy(report.why())
        .setProcess(report.process())
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static FleetEvent.Reported reported(Reported stored) {
    var node =
        NodeId.find(stored.getNode())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "node: '%s' (expected: SITE/NAME)".formatted(stored.getNode())));
    return new FleetEvent.Reported(
        stored.getStage(),
        node,
        new NodeReport(
            stored.getEpoch(),
            stored.getRegion(),
            Order.valueOf(stored.getOrder().name()),
            Standing.of(stored.getStanding().name(), stored.getBrings()),
            stored.getWhy(),
            stored.getProcess()),
        at(stored.getAtMillis()));
  }

  private static byte[] ended(FleetEvent.Ended event) {
    return Ended.newBuilder()
        .setStage(event.stage())
        .setPhase(Ended.Phase.valueOf(event.phase().name()))
        .setWhy(event.why())
        .setAtMillis(event.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  private static FleetEvent.Ended ended(Ended stored) {
    return new FleetEvent.Ended(
        stored.getStage(),
        FleetRollout.Phase.valueOf(stored.getPhase().name()),
        stored.getWhy(),
        at(stored.getAtMillis()));
  }

  private static byte[] taken(FollowerEvent.Taken event) {
    return Taken.newBuilder()
        .setStage(event.stage())
        .setEpoch(event.epoch())
        .setRegion(event.region())
        .setOrder(Reported.Order.valueOf(event.order().name()))
        .setVariant(event.variant())
        .addAllTakenBack(event.takenBack())
        .setNumber(event.number())
        .build()
        .toByteArray();
  }

  private static FollowerEvent.Taken taken(Taken stored) {
    return new FollowerEvent.Taken(
        stored.getStage(),
        stored.getEpoch(),
        stored.getRegion(),
        Order.valueOf(stored.getOrder().name()),
        stored.getVariant(),
        stored.getTakenBackList(),
        stored.getNumber());
  }

  private static byte[] history(List<?> events) {
    var stored = History.newBuilder();
    for (var event : events) {
      stored.addEvents(
          Past.newBuilder()
              .setManifest(EVENTS.manifest(event))
              .setEvent(ByteString.copyFrom(EVENTS.write(event))));
    }
    return stored.build().toByteArray();
  }

  private static FleetState fleet(byte[] bytes) throws InvalidProtocolBufferException {
    var state = FleetState.none();
    for (var past : History.parseFrom(bytes).getEventsList()) {
      state = state.on((FleetEvent) event(past));
    }
    return state;
  }

  private static FollowerState follower(byte[] bytes) throws InvalidProtocolBufferException {
    var state = FollowerState.none();
    for (var past : History.parseFrom(bytes).getEventsList()) {
      state = state.on((FollowerEvent) event(past));
    }
    return state;
  }

  private static Object event(Past past) {
    return EVENTS.read(past.getManifest(), past.getEvent().toByteArray());
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }
}
