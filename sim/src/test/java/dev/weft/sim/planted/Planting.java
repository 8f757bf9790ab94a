package dev.weft.sim.planted;

import dev.weft.sim.agent.ChangedClasses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A bug in the classes of this JVM, until it is closed. */
final class Planting implements AutoCloseable {

  private final Map<Class<?>, byte[]> sound;
  private final List<String> missing;

  private Planting(Map<Class<?>, byte[]> sound, List<String> missing) {
    this.sound = sound;
    this.missing = missing;
  }

  static Planting of(PlantedBug bug) throws ClassNotFoundException {
    var sound = new LinkedHashMap<Class<?>, byte[]>();
    var planted = new LinkedHashMap<Class<?>, byte[]>();
    var missing = new ArrayList<String>();
    for (var edit : bug.edits()) {
      var of = Class.forName(edit.elsewhere().orElse(bug.className()));
      var before = sound.computeIfAbsent(of, Planting::file);
      var hits = new PlantedBug.Hits();
      planted.put(of, changed(edit, planted.getOrDefault(of, before), hits));
      if (hits.getAsInt() == 0) {
        missing.add("%s.%s".formatted(of.getName(), edit.method()));
      }
    }
    ChangedClasses.become(planted);
    return new Planting(sound, List.copyOf(missing));
  }

  /** Edits that found nothing to change: the code has moved on and the bug must follow. */
  List<String> missing() {
    return missing;
  }

  @Override
  public void close() {
    ChangedClasses.become(sound);
  }

  private static byte[] file(Class<?> of) {
    try (var in = of.getResourceAsStream("/" + of.getName().replace('.', '/') + ".class")) {
      if (in == null) {
        throw new IllegalArgumentException("no class file of " + of);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] changed(PlantedBug.Edit edit, byte[] before, PlantedBug.Hits hits) {
    var transform =
        ClassTransform.transformingMethodBodies(
            method -> method.methodName().equalsString(edit.method()),
            edit.change().transform(hits));
    var file = ClassFile.of();
    return file.transformClass(file.parse(before), transform);
  }
}
