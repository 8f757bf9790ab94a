package dev.weft.sim.world;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * The class loader of simulated actor systems. Each of them reads the manifest of every jar, to see
 * that all of Akka is of one version, and they are thousands: here it finds none.
 */
final class WorldLoader extends ClassLoader {

  /** One for all, as settings that were read are kept for the last loader that asked. */
  static final WorldLoader ONLY = new WorldLoader();

  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private WorldLoader() {
    super(WorldLoader.class.getClassLoader());
  }

  /** Has what this thread reads of settings come from here; answers from where it came before. */
  static ClassLoader enter() {
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    thread.setContextClassLoader(ONLY);
    return before;
  }

  /** Undoes {@link #enter} in the thread that did; in any other it changes nothing. */
  static void leave(ClassLoader before) {
    var thread = Thread.currentThread();
    if (thread.getContextClassLoader() == ONLY) {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return name.equals(MANIFEST) ? Collections.emptyEnumeration() : super.getResources(name);
  }
}
