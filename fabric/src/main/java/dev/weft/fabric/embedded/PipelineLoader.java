package dev.weft.fabric.embedded;

import dev.weft.fabric.earlier.EarlierAnswers;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.node.FabricSettings;
import dev.weft.fabric.pairing.PairingDoor;
import dev.weft.fabric.pipeline.FrameRecorder;
import dev.weft.fabric.pipeline.NodeView;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.sequence.SequenceDoor;
import dev.weft.fabric.sequence.SequencePlaces;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Checks pipelines and loads them onto a node. */
record PipelineLoader(
    FabricSettings settings,
    TensorAllocator tensors,
    NodeView view,
    SequencePlaces places,
    Optional<FrameRecorder> recorder,
    NodeCalls calls,
    PipelineHost host,
    Flags flags) {

  static final NodeAbilities NODE = NodeAbilities.here();

  /**
   * @param before the one whose place it is to take
   * @throws ManifestException if its parts do not fit together, with everything that is wrong
   * @throws WeftException if it cannot be loaded
   */
  Pipeline load(
      PipelineManifest manifest, Map<String, StageManifest> declared, Optional<Pipeline> before) {
    DeployCheck.require(settings.nodeClass(), manifest, declared);
    var stages = Negotiation.settled(declared, NODE);
    var door =
        before
            .map(present -> present.door().successor(manifest, recorder))
            .orElseGet(() -> new PipelineDoor(manifest, view, recorder));
    door.change(flags::onto);
    recorder.ifPresent(told -> told.deployed(manifest, stages));
    var pairing = PairingDoor.of(door, settings.pairedKeys(), SystemClock.INSTANCE);
    var counted = before.flatMap(Pipeline::sequenceCounters);
    var sequences = SequenceDoor.of(door, places, SystemClock.INSTANCE, counted);
    NodeCalls.await(calls.deploy(door, pairing, sequences, stages));
    return new Pipeline(keeping(manifest), door, pairing, sequences, stages);
  }

  /** The host, with answers that are kept where the manifest wants it. */
  private PipelineHost keeping(PipelineManifest manifest) {
    var rules = manifest.reach().answers();
    if (rules.isEmpty()) {
      return host;
    }
    LongSupplier nanos = SystemClock.INSTANCE::nanos;
    var answers = new EarlierAnswers(rules.get(), settings.cachedBytes(), nanos);
    return new KeepingHost(host, new EarlierWay(answers, host::way, tensors, nanos));
  }
}
