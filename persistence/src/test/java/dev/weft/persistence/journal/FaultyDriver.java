package dev.weft.persistence.journal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The driver behind {@code jdbc:faulty:URL}: the database at URL, slow or failing on demand. */
@NullMarked
public final class FaultyDriver implements Driver {

  private static final String PREFIX = "jdbc:faulty:";

  private static volatile boolean isFailing;
  private static volatile boolean failsAtCommit;
  private static volatile @Nullable CountDownLatch gate;

  static {
    try {
      DriverManager.registerDriver(new FaultyDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  static String url(String real) {
    return PREFIX + real.substring("jdbc:".length());
  }

  /** From now on every statement fails, until {@link #heal}. */
  static void fail() {
    isFailing = true;
  }

  /** From now on every commit fails, until {@link #heal}. */
  static void failAtCommit() {
    failsAtCommit = true;
  }

  /** From now on every commit waits, until {@link #heal}. */
  static void hold() {
    gate = new CountDownLatch(1);
  }

  static void heal() {
    isFailing = false;
    failsAtCommit = false;
    var held = gate;
    gate = null;
    if (held != null) {
      held.countDown();
    }
  }

  @Override
  public @Nullable Connection connect(String url, Properties properties) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    var real = DriverManager.getConnection("jdbc:" + url.substring(PREFIX.length()), properties);
    return (Connection)
        Proxy.newProxyInstance(
            FaultyDriver.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, args) -> {
              before(method.getName());
              try {
                return method.invoke(real, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void before(String method) throws SQLException, InterruptedException {
    if (method.equals("commit")) {
      var held = gate;
      if (held != null) {
        held.await();
      }
      if (failsAtCommit) {
        throw new SQLException("commit fails, as the test wants it");
      }
    }
    if (isFailing && method.equals("prepareStatement")) {
      throw new SQLException("the database fails, as the test wants it");
    }
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }
}
