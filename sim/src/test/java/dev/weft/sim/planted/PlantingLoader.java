package dev.weft.sim.planted;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads Weft's own classes anew, some of them with a bug. All other classes are those of the test.
 */
final class PlantingLoader extends ClassLoader {

  private static final String OWN = "dev.weft.";

  /** What Akka calls, of which there is one. */
  private static final String OF_ALL = "dev.weft.sim.agent.";

  private final PlantedBug bug;
  private final List<String> missing = new ArrayList<>();
  private boolean isPlanted;

  PlantingLoader(PlantedBug bug) {
    super(PlantingLoader.class.getClassLoader());
    this.bug = bug;
  }

  /** Edits that found nothing to change: the code has moved on and the bug must follow. */
  List<String> missing() {
    return List.copyOf(missing);
  }

  /** Whether the class of the bug was loaded at all. */
  boolean isPlanted() {
    return isPlanted;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (!name.startsWith(OWN) || name.startsWith(OF_ALL)) {
        return super.loadClass(name, resolve);
      }
      var loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      var bytes = in.readAllBytes();
      isPlanted |= name.equals(bug.className());
      for (var edit : bug.edits()) {
        if (edit.elsewhere().orElse(bug.className()).equals(name)) {
          bytes = planted(name, edit, bytes);
        }
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private byte[] planted(String name, PlantedBug.Edit edit, byte[] bytes) {
    var hits = new PlantedBug.Hits();
    var transform =
        ClassTransform.transformingMethodBodies(
            method -> method.methodName().equalsString(edit.method()),
            edit.change().transform(hits));
    var file = ClassFile.of();
    var changed = file.transformClass(file.parse(bytes), transform);
    if (hits.getAsInt() == 0) {
      missing.add("%s.%s".formatted(name, edit.method()));
    }
    return changed;
  }
}
