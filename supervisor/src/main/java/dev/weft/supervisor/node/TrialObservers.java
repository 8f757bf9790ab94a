package dev.weft.supervisor.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.TrialEvent;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Hands what a node's trials tell to whoever looks after the stage. Threadsafe. */
final class TrialObservers {

  private final Supplier<List<Pipeline>> pipelines;
  private final Map<String, TrialEvent.Observer> observers = new ConcurrentHashMap<>();
  private final Set<Pipeline> attended = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param pipelines finds those that are deployed now
   */
  TrialObservers(Supplier<List<Pipeline>> pipelines) {
    this.pipelines = pipelines;
  }

  /** Tells {@code observer} of the trials of {@code stage}, in place of the one before. */
  void observe(String stage, TrialEvent.Observer observer) {
    observers.put(stage, observer);
    attend();
  }

  /** Listens to the pipelines that came since. */
  synchronized void attend() {
    var now = pipelines.get();
    attended.retainAll(now);
    for (var pipeline : now) {
      if (attended.add(pipeline)) {
        attend(pipeline);
      }
    }
  }

  private void attend(Pipeline pipeline) {
    var stages = new HashMap<String, String>();
    pipeline.manifest().steps().forEach(step -> stages.put(step.name(), step.stage()));
    pipeline.observeTrials(
        event -> {
          var told = observers.get(stages.getOrDefault(event.step(), ""));
          if (told != null) {
            told.on(event);
          }
        });
  }
}
