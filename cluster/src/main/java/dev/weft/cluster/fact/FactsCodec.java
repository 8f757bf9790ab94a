package dev.weft.cluster.fact;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.cluster.v1.LinkedFacts;
import dev.weft.cluster.codec.MessageCodec;
import dev.weft.cluster.codec.Named;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** How facts go from node to node: {@code weft/cluster/v1/facts.proto}. */
public final class FactsCodec extends MessageCodec<FactsActor.Told> {

  private static final int IDENTIFIER = 5_743_004;
  private static final String MANIFEST = "cluster.facts.v1";

  /** Called by Akka. */
  public FactsCodec() {
    super(IDENTIFIER, MANIFEST, FactsActor.Told.class);
  }

  @Override
  protected byte[] write(FactsActor.Told told) {
    return message(told.facts()).toByteArray();
  }

  @Override
  protected FactsActor.Told read(byte[] bytes) throws InvalidProtocolBufferException {
    return new FactsActor.Told(facts(dev.weft.api.cluster.v1.NodeFacts.parseFrom(bytes)));
  }

  /** Facts of several nodes, for the data link. */
  public static byte[] write(List<NodeFacts> nodes) {
    var message = LinkedFacts.newBuilder();
    nodes.forEach(node -> message.addNodes(message(node)));
    return message.build().toByteArray();
  }

  /**
   * Facts of several nodes that came over the data link.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static List<NodeFacts> readAll(byte[] bytes) {
    try {
      return LinkedFacts.parseFrom(bytes).getNodesList().stream().map(FactsCodec::facts).toList();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("facts: %s".formatted(e.getMessage()), e);
    }
  }

  private static dev.weft.api.cluster.v1.NodeFacts message(NodeFacts facts) {
    var state = facts.state();
    var message =
        dev.weft.api.cluster.v1.NodeFacts.newBuilder()
            .setName(facts.name())
            .setSite(facts.site().text())
            .setRole(facts.role().name())
            .setNodeClass(facts.nodeClass().name())
            .setProcess(facts.process())
            .setAddress(facts.address())
            .setLink(facts.link())
            .addAllZones(facts.zones())
            .setSequence(state.sequence())
            .addAllPipelines(state.pipelines())
            .addAllVariants(state.variants())
            .setLoad(state.load())
            .setMemoryFree(state.memoryFree())
            .putAllForecastNanos(state.forecasts())
            .setReady(state.isReady())
            .setBuffer(BufferCodec.message(state.buffer()))
            .setDraining(state.isDraining())
            .putAllArrivals(state.arrivals())
            .addAllLinkedMembers(state.linkedMembers());
    state.cpu().ifPresent(message::setCpu);
    state.celsius().ifPresent(message::setCelsius);
    state.watts().ifPresent(message::setWatts);
    state.price().ifPresent(message::setPriceMicros);
    return message.build();
  }

  private static NodeFacts facts(dev.weft.api.cluster.v1.NodeFacts message) {
    return new NodeFacts(
        message.getName(),
        new SiteName(message.getSite()),
        Named.find(message.getRole(), NodeManifest.Role.EDGE),
        Named.find(message.getNodeClass(), NodeClass.STANDARD),
        message.getProcess(),
        message.getAddress(),
        message.getLink(),
        Set.copyOf(message.getZonesList()),
        new NodeFacts.State(
            message.getSequence(),
            Set.copyOf(message.getPipelinesList()),
            Set.copyOf(message.getVariantsList()),
            message.getLoad(),
            message.hasCpu() ? OptionalDouble.of(message.getCpu()) : OptionalDouble.empty(),
            message.getMemoryFree(),
            message.hasCelsius() ? OptionalDouble.of(message.getCelsius()) : OptionalDouble.empty(),
            message.hasWatts() ? OptionalDouble.of(message.getWatts()) : OptionalDouble.empty(),
            message.hasPriceMicros()
                ? OptionalLong.of(message.getPriceMicros())
                : OptionalLong.empty(),
            message.getForecastNanosMap(),
            message.getReady(),
            BufferCodec.facts(message.getBuffer()),
            message.getDraining(),
            message.getArrivalsMap(),
            Set.copyOf(message.getLinkedMembersList())));
  }
}
