package dev.weft.gateway.http;

import dev.weft.gateway.observatory.RolloutDesk;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a path below {@code /weft/v1} asks for: what operators see and do. */
sealed interface Operation extends Route {

  /** What is deployed. */
  record Pipelines() implements Operation {}

  /** How it goes, as server-sent events: a snapshot a second. */
  record LiveStream() implements Operation {}

  /** What happened of late. */
  record RecentEvents() implements Operation {}

  /** Who asks, and what he may. */
  record Self() implements Operation {}

  /** The last frames. */
  record RecentFrames() implements Operation {}

  /**
   * What happened to one frame.
   *
   * @param frame its id, as its answer told it
   */
  record Explain(String frame) implements Operation {}

  /**
   * A recorded frame, run again.
   *
   * @param frame its id, as its answer told it
   */
  record Replay(String frame) implements Operation {
    @Override
    public String method() {
      return "POST";
    }
  }

  /** What this node sees of its cluster. */
  record Cluster() implements Operation {}

  /** The rollouts of all stages. */
  record Rollouts() implements Operation {}

  /** The rollouts of one stage. */
  record Rollout(String stage) implements Operation {}

  /** A change of a rollout that is there. */
  record ChangeRollout(String stage, RolloutDesk.Verb verb) implements Operation {
    @Override
    public String method() {
      return "POST";
    }
  }

  /** The flags of all pipelines. */
  record Flags() implements Operation {}

  /** One flag. */
  record Flag(String name) implements Operation {
    @Override
    public Route by(String method) {
      return method.equals(SetFlag.METHOD) ? new SetFlag(name) : this;
    }

    @Override
    public String methods() {
      return method() + ", " + SetFlag.METHOD;
    }
  }

  /** A change of a flag. */
  record SetFlag(String name) implements Operation {
    static final String METHOD = "PUT";

    @Override
    public String method() {
      return METHOD;
    }
  }

  /**
   * @param below the parts of the path below {@code /weft}
   * @return empty if there is nothing of this name
   */
  static Optional<Operation> of(List<String> below) {
    if (below.isEmpty() || !below.getFirst().equals("v1")) {
      return Optional.empty();
    }
    var parts = below.subList(1, below.size());
    return switch (parts.size()) {
      case 1 -> one(parts.getFirst());
      case 2 -> two(parts.getFirst(), parts.get(1));
      case 3 ->
          parts.getFirst().equals("rollouts")
              ? verb(parts.get(2)).map(verb -> new ChangeRollout(parts.get(1), verb))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Operation> one(String name) {
    return switch (name) {
      case "pipelines" -> Optional.of(new Pipelines());
      case "caller" -> Optional.of(new Self());
      case "live" -> Optional.of(new LiveStream());
      case "events" -> Optional.of(new RecentEvents());
      case "cluster" -> Optional.of(new Cluster());
      case "frames" -> Optional.of(new RecentFrames());
      case "rollouts" -> Optional.of(new Rollouts());
      case "flags" -> Optional.of(new Flags());
      default -> Optional.empty();
    };
  }

  private static Optional<Operation> two(String name, String of) {
    return switch (name) {
      case "explain" -> Optional.of(new Explain(of));
      case "replay" -> Optional.of(new Replay(of));
      case "rollouts" -> Optional.of(new Rollout(of));
      case "flags" -> Optional.of(new Flag(of));
      default -> Optional.empty();
    };
  }

  private static Optional<RolloutDesk.Verb> verb(String word) {
    return Arrays.stream(RolloutDesk.Verb.values())
        .filter(verb -> verb.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst();
  }
}
