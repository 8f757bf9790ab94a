package dev.weft.cluster.fact;

import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import java.io.NotSerializableException;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** How facts go from node to node: {@code weft/cluster/v1/facts.proto}. */
public final class FactsCodec extends SerializerWithStringManifest {

  private static final int IDENTIFIER = 5_743_004;
  private static final String MANIFEST = "cluster.facts.v1";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    return MANIFEST;
  }

  @Override
  public byte[] toBinary(Object value) {
    return value instanceof FactsActor.Told(var facts)
        ? message(facts).toByteArray()
        : unknown(value);
  }

  private static byte[] unknown(Object value) {
    throw new IllegalArgumentException("%s (expected: facts)".formatted(value.getClass()));
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!manifest.equals(MANIFEST)) {
      throw new NotSerializableException(
          "manifest '%s' (expected: %s)".formatted(manifest, MANIFEST));
    }
    try {
      return new FactsActor.Told(facts(dev.weft.api.cluster.v1.NodeFacts.parseFrom(bytes)));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new NotSerializableException("%s: %s".formatted(manifest, e.getMessage()));
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
            .setCpu(state.cpu())
            .setMemoryFree(state.memoryFree())
            .putAllForecastNanos(state.forecasts())
            .setReady(state.isReady());
    state.celsius().ifPresent(message::setCelsius);
    state.watts().ifPresent(message::setWatts);
    state.price().ifPresent(message::setPriceMicros);
    return message.build();
  }

  private static NodeFacts facts(dev.weft.api.cluster.v1.NodeFacts message) {
    return new NodeFacts(
        message.getName(),
        new SiteName(message.getSite()),
        known(NodeManifest.Role.values(), message.getRole(), NodeManifest.Role.EDGE),
        known(NodeClass.values(), message.getNodeClass(), NodeClass.STANDARD),
        message.getProcess(),
        message.getAddress(),
        message.getLink(),
        Set.copyOf(message.getZonesList()),
        new NodeFacts.State(
            message.getSequence(),
            Set.copyOf(message.getPipelinesList()),
            Set.copyOf(message.getVariantsList()),
            message.getLoad(),
            message.getCpu(),
            message.getMemoryFree(),
            message.hasCelsius() ? OptionalDouble.of(message.getCelsius()) : OptionalDouble.empty(),
            message.hasWatts() ? OptionalDouble.of(message.getWatts()) : OptionalDouble.empty(),
            message.hasPriceMicros()
                ? OptionalLong.of(message.getPriceMicros())
                : OptionalLong.empty(),
            message.getForecastNanosMap(),
            message.getReady()));
  }

  private static <E extends Enum<E>> E known(E[] all, String name, E otherwise) {
    for (var each : all) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return otherwise;
  }
}
