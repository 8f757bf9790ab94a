package dev.weft.cluster.node;

import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.moving.MoveBook;
import dev.weft.fabric.json.Json;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Tells other nodes, and who operates them, what this one sees of the cluster: one JSON object. It
 * is asked over the data link, so by whom that lets in.
 */
public final class StatusDesk implements Handler {

  /** The kind of the requests, which have no content. */
  public static final String KIND = "status";

  private final Supplier<ClusterStatus> status;

  StatusDesk(Supplier<ClusterStatus> status) {
    this.status = status;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    return CompletableFuture.completedFuture(
        new Answer.Done(Json.write(object(status.get())).getBytes(StandardCharsets.UTF_8)));
  }

  /** As it is told, to be written as JSON. */
  public static Map<String, Object> object(ClusterStatus status) {
    var object = new LinkedHashMap<String, Object>();
    object.put("seenBy", status.seenBy().toString());
    object.put("members", status.members().stream().map(StatusDesk::json).toList());
    object.put("nodes", status.nodes().stream().map(StatusDesk::json).toList());
    var frames = new LinkedHashMap<String, Object>();
    frames.put("here", status.frames().here());
    frames.put("away", status.frames().away());
    frames.put("unreached", status.frames().unreached());
    frames.put("lost", status.frames().lost());
    frames.put("kept", status.frames().kept());
    frames.put("refused", status.frames().refused());
    frames.put("taken", status.frames().taken());
    frames.put("cached", status.frames().cached());
    object.put("frames", frames);
    object.put("moves", moves(status.moves()));
    return object;
  }

  private static Map<String, Object> moves(MoveBook.Moves moves) {
    var object = new LinkedHashMap<String, Object>();
    moves.moved().forEach((reason, count) -> object.put(reason.word(), count));
    object.put("failed", moves.failed());
    object.put("recent", moves.recent().stream().map(StatusDesk::json).toList());
    return object;
  }

  private static Map<String, Object> json(MoveBook.Entry move) {
    var object = new LinkedHashMap<String, Object>();
    object.put("at", move.at().toString());
    object.put("session", move.session());
    move.from().ifPresent(from -> object.put("from", from.text()));
    object.put("to", move.to().text());
    object.put("reason", move.reason().word());
    object.put("trouble", move.trouble());
    return object;
  }

  private static Map<String, Object> json(ClusterStatus.Member member) {
    var object = new LinkedHashMap<String, Object>();
    object.put("site", member.site());
    object.put("actors", member.address());
    object.put("status", member.status());
    object.put("reached", member.isReached());
    if (member.isLinked()) {
      object.put("linked", true);
    }
    return object;
  }

  private static Map<String, Object> json(NodeFacts facts) {
    var state = facts.state();
    var object = new LinkedHashMap<String, Object>();
    object.put("node", facts.id().toString());
    object.put("role", facts.role().toString().toLowerCase(java.util.Locale.ROOT));
    object.put("class", facts.nodeClass().toString().toLowerCase(java.util.Locale.ROOT));
    object.put("process", facts.process());
    object.put("actors", facts.address());
    object.put("link", facts.link());
    if (facts.isLinked()) {
      object.put("linked", true);
    }
    object.put("zones", facts.zones());
    object.put("pipelines", state.pipelines());
    object.put("variants", state.variants());
    object.put("load", state.load());
    state.cpu().ifPresent(cpu -> object.put("cpu", cpu));
    object.put("memoryFreeBytes", state.memoryFree());
    state.celsius().ifPresent(celsius -> object.put("celsius", celsius));
    state.watts().ifPresent(watts -> object.put("watts", watts));
    state.price().ifPresent(price -> object.put("priceMicros", price));
    if (state.isDraining()) {
      object.put("draining", true);
    }
    if (state.buffer().isKept()) {
      object.put("buffer", buffer(state.buffer()));
    }
    object.put("mirrored", state.buffer().mirrored().stream().map(StatusDesk::json).toList());
    return object;
  }

  private static Map<String, Object> buffer(BufferFacts facts) {
    var object = new LinkedHashMap<String, Object>();
    facts.standby().ifPresent(standby -> object.put("standby", standby));
    object.put("alone", !facts.isHeard());
    object.put("inStep", facts.isInStep());
    object.put("lagNumbers", facts.lagNumbers());
    object.put("lagBytes", facts.lagBytes());
    facts.lag().ifPresent(lag -> object.put("lagMillis", lag.toMillis()));
    facts.trouble().ifPresent(trouble -> object.put("trouble", trouble));
    return object;
  }

  private static Map<String, Object> json(BufferFacts.Mirrored facts) {
    var object = new LinkedHashMap<String, Object>();
    object.put("owner", facts.owner());
    object.put("through", facts.through());
    object.put("bytes", facts.bytes());
    object.put("takingOver", facts.begun().isPresent());
    facts.begun().ifPresent(begun -> object.put("begunMillis", begun.toEpochMilli()));
    facts.firstSent().ifPresent(first -> object.put("firstSentMillis", first.toEpochMilli()));
    if (facts.begun().isPresent()) {
      object.put("acknowledged", facts.acknowledged());
    }
    facts.trouble().ifPresent(trouble -> object.put("trouble", trouble));
    return object;
  }
}
