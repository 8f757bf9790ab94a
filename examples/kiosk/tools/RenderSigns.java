import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Draws the kiosk example's signs and photographs them: perspective, textured background, uneven
 * light, blur, sensor noise, JPEG.
 *
 * <p>{@code java RenderSigns.java OUT_DIR} writes sign.jpg, ticket.jpg, menu.jpg and parcel.jpg.
 * The same JDK and fonts (DejaVu) give the same bytes.
 */
public final class RenderSigns {

  private static final int WIDTH = 1024;
  private static final int HEIGHT = 768;

  /**
   * How a flat drawing is seen.
   *
   * @param corners x and y of where its corners lie in the frame, clockwise from its top left
   * @param background mean colour of what lies behind
   * @param dark light at the dimmest corner of the frame, of 1
   * @param noise standard deviation of the sensor's noise, of 255
   */
  private record Shot(double[] corners, Color background, double dark, double noise, long seed) {}

  public static void main(String[] args) throws IOException {
    System.setProperty("java.awt.headless", "true");
    var folder = new File(args[0]);
    photograph(
        sign(),
        new Shot(q(190, 150, 860, 95, 890, 610, 170, 640), new Color(0x8a7d6b), 0.55, 5, 1),
        new File(folder, "sign.jpg"));
    photograph(
        ticket(),
        new Shot(q(120, 262, 890, 180, 925, 500, 150, 596), new Color(0x5b4636), 0.6, 6, 2),
        new File(folder, "ticket.jpg"));
    photograph(
        menu(),
        new Shot(q(160, 70, 880, 110, 850, 700, 175, 690), new Color(0xb9b2a6), 0.5, 7, 3),
        new File(folder, "menu.jpg"));
    photograph(
        parcel(),
        new Shot(q(60, 100, 970, 80, 1000, 690, 40, 700), new Color(0x4d5358), 0.6, 6, 4),
        new File(folder, "parcel.jpg"));
  }

  private static double[] q(double... corners) {
    return corners;
  }

  private static BufferedImage sign() {
    var image = sheet(900, 660, new Color(0xf4f1e8));
    var g = pen(image, new Color(0x9c1c1c));
    g.setStroke(new BasicStroke(14));
    g.drawRoundRect(20, 20, 860, 620, 40, 40);
    center(g, "OPEN DAILY", 450, 150, Font.BOLD, 84);
    g.setColor(new Color(0x222222));
    center(g, "10:00 - 18:30", 450, 300, Font.PLAIN, 86);
    center(g, "Please ring the bell", 450, 430, Font.PLAIN, 64);
    center(g, "Mind the step", 450, 550, Font.ITALIC, 64);
    return image;
  }

  private static BufferedImage ticket() {
    var image = sheet(1000, 430, new Color(0xe9dcc0));
    var g = pen(image, new Color(0x24364f));
    g.setStroke(new BasicStroke(4, BasicStroke.CAP_BUTT, 0, 1, new float[] {14, 10}, 0));
    g.drawLine(760, 0, 760, 430);
    g.setFont(font("DejaVu Serif", Font.BOLD, 58));
    g.drawString("Harbour Jazz Night", 50, 95);
    g.setFont(font("DejaVu Sans", Font.PLAIN, 40));
    g.drawString("Saturday 14 June, 19:30", 50, 190);
    g.drawString("Seat C 27", 50, 275);
    g.drawString("ADMIT ONE", 50, 365);
    g.setFont(font("DejaVu Sans Mono", Font.BOLD, 40));
    g.drawString("004821", 800, 230);
    return image;
  }

  private static BufferedImage menu() {
    var image = sheet(900, 760, new Color(0x23292b));
    var g = pen(image, new Color(0x6b4a2b));
    g.setStroke(new BasicStroke(30));
    g.drawRect(10, 10, 880, 740);
    g.setColor(new Color(0xf2e9c9));
    center(g, "COFFEE BAR", 450, 140, Font.BOLD, 84);
    g.setFont(font("DejaVu Sans", Font.PLAIN, 56));
    var lines =
        new String[][] {
          {"Espresso", "2.40"},
          {"Flat white", "3.80"},
          {"Cold brew", "4.20"},
          {"Almond cake", "3.50"}
        };
    for (var i = 0; i < lines.length; i++) {
      g.drawString(lines[i][0], 90, 290 + i * 120);
      g.drawString(lines[i][1], 660, 290 + i * 120);
    }
    return image;
  }

  private static BufferedImage parcel() {
    var image = sheet(1000, 680, new Color(0xb98d5c));
    var g = pen(image, new Color(0xc9b48a));
    g.fillRect(0, 310, 1000, 70);
    g.setColor(new Color(0xf5f5f0));
    g.fillRect(80, 410, 560, 230);
    g.setColor(new Color(0x1d1d1d));
    g.setFont(font("DejaVu Sans", Font.BOLD, 54));
    g.drawString("Pick-up desk", 120, 490);
    g.setFont(font("DejaVu Sans", Font.PLAIN, 54));
    g.drawString("Parcel 7731", 120, 590);
    // Printed on the box before it was put down the wrong way round.
    g.rotate(Math.PI, 500, 170);
    g.setColor(new Color(0x7a1616));
    center(g, "THIS SIDE UP", 500, 205, Font.BOLD, 96);
    return image;
  }

  private static BufferedImage sheet(int width, int height, Color color) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var g = image.createGraphics();
    g.setColor(color);
    g.fillRect(0, 0, width, height);
    return image;
  }

  private static Graphics2D pen(BufferedImage image, Color color) {
    var g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(color);
    return g;
  }

  private static Font font(String family, int style, int size) {
    return new Font(family, style, size);
  }

  private static void center(
      Graphics2D g, String text, int middle, int baseline, int style, int size) {
    g.setFont(font("DejaVu Sans", style, size));
    g.drawString(text, middle - g.getFontMetrics().stringWidth(text) / 2, baseline);
  }

  private static void photograph(BufferedImage flat, Shot shot, File file) throws IOException {
    var frame = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    var grain = grain(new Random(shot.seed));
    var toFlat = inverse(mapping(shot.corners));
    for (var y = 0; y < HEIGHT; y++) {
      for (var x = 0; x < WIDTH; x++) {
        var w = toFlat[6] * x + toFlat[7] * y + toFlat[8];
        var u = (toFlat[0] * x + toFlat[1] * y + toFlat[2]) / w;
        var v = (toFlat[3] * x + toFlat[4] * y + toFlat[5]) / w;
        var inside = u >= 0 && u < 1 && v >= 0 && v < 1;
        frame.setRGB(x, y, inside ? average(flat, u, v) : textured(shot.background, grain[y][x]));
      }
    }
    writeJpeg(exposed(blurred(frame), shot), file);
  }

  /** The mean of four points around one: drawings are larger than they appear. */
  private static int average(BufferedImage flat, double u, double v) {
    var sums = new int[3];
    for (var i = 0; i < 4; i++) {
      var x = Math.clamp((int) (u * flat.getWidth() + i % 2 * 0.6 - 0.3), 0, flat.getWidth() - 1);
      var y = Math.clamp((int) (v * flat.getHeight() + i / 2 * 0.6 - 0.3), 0, flat.getHeight() - 1);
      var color = flat.getRGB(x, y);
      sums[0] += color >> 16 & 0xff;
      sums[1] += color >> 8 & 0xff;
      sums[2] += color & 0xff;
    }
    return sums[0] / 4 << 16 | sums[1] / 4 << 8 | sums[2] / 4;
  }

  private static int textured(Color color, double grain) {
    return sample(color.getRed() * grain) << 16
        | sample(color.getGreen() * grain) << 8
        | sample(color.getBlue() * grain);
  }

  /** Streaks as of wood or brushed plaster: factors around 1. */
  private static double[][] grain(Random random) {
    var grain = new double[HEIGHT][WIDTH];
    for (var row : grain) {
      Arrays.fill(row, 1);
    }
    for (var streak = 0; streak < 900; streak++) {
      var top = random.nextInt(HEIGHT);
      var left = random.nextInt(WIDTH);
      var length = 60 + random.nextInt(400);
      var thickness = 1 + random.nextInt(5);
      var factor = 0.9 + 0.2 * random.nextDouble();
      for (var y = top; y < Math.min(HEIGHT, top + thickness); y++) {
        for (var x = left; x < Math.min(WIDTH, left + length); x++) {
          grain[y][x] *= factor;
        }
      }
    }
    return grain;
  }

  private static BufferedImage blurred(BufferedImage frame) {
    var kernel = new float[9];
    Arrays.fill(kernel, 1 / 9f);
    return new ConvolveOp(new Kernel(3, 3, kernel), ConvolveOp.EDGE_NO_OP, null)
        .filter(frame, null);
  }

  private static BufferedImage exposed(BufferedImage frame, Shot shot) {
    var random = new Random(shot.seed + 1000);
    var result = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (var y = 0; y < HEIGHT; y++) {
      for (var x = 0; x < WIDTH; x++) {
        var away = ((double) x / WIDTH + (double) y / HEIGHT) / 2;
        var light = 1.05 - (1.05 - shot.dark) * away * away;
        var color = frame.getRGB(x, y);
        var red = sample((color >> 16 & 0xff) * light + random.nextGaussian() * shot.noise);
        var green = sample((color >> 8 & 0xff) * light + random.nextGaussian() * shot.noise);
        var blue = sample((color & 0xff) * light * 0.96 + random.nextGaussian() * shot.noise);
        result.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return result;
  }

  private static int sample(double value) {
    return Math.clamp(Math.round(value), 0, 255);
  }

  /** Row-major 3 x 3 matrix from the unit square to four corners (Heckbert 1989, 2.2.3). */
  private static double[] mapping(double[] c) {
    var sumX = c[0] - c[2] + c[4] - c[6];
    var sumY = c[1] - c[3] + c[5] - c[7];
    var determinant = (c[2] - c[4]) * (c[7] - c[5]) - (c[6] - c[4]) * (c[3] - c[5]);
    var g = (sumX * (c[7] - c[5]) - (c[6] - c[4]) * sumY) / determinant;
    var h = ((c[2] - c[4]) * sumY - sumX * (c[3] - c[5])) / determinant;
    return new double[] {
      c[2] - c[0] + g * c[2],
      c[6] - c[0] + h * c[6],
      c[0],
      c[3] - c[1] + g * c[3],
      c[7] - c[1] + h * c[7],
      c[1],
      g,
      h,
      1
    };
  }

  /** The inverse of a 3 x 3 matrix up to a factor. */
  private static double[] inverse(double[] m) {
    return new double[] {
      m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
      m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
      m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]
    };
  }

  private static void writeJpeg(BufferedImage image, File file) throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("jpg").next();
    try (var stream = new FileOutputStream(file);
        var out = new MemoryCacheImageOutputStream(stream)) {
      writer.setOutput(out);
      var settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(0.85f);
      writer.write(null, new IIOImage(image, null, null), settings);
    } finally {
      writer.dispose();
    }
  }
}
