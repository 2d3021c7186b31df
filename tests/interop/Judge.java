// Java's opinion, question by question: each line of standard input is a question, its words separated by tabs; each line of
// standard output the answer, "ok" or "refused: why". One program for all questions, because starting Java takes a second.
//   path CA CERTIFICATE PURPOSE                                     CertPathValidator (PKIX), then the TLS trust manager for "server" or "client"
//   authority CA                                                    an authority by itself: self-signed, CA:TRUE, keyCertSign, cRLSign
//   handshake CA SERVER SERVER_KEY CLIENT CLIENT_KEY HOST           mutual TLS over loopback, the host checked as HTTPS does
import java.io.*;
import java.net.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.*;
import java.util.concurrent.*;
import javax.net.ssl.*;

public class Judge {
    static final int KEY_CERT_SIGN = 5, CRL_SIGN = 6;
    static final char[] NO_PASSWORD = new char[0];
    static final ExecutorService background = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    public static void main(String[] arguments) throws IOException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = questions.readLine()) != null; ) {
            System.out.println(answer(line.split("\t")));
        }
    }

    static String answer(String[] words) {
        try {
            switch (words[0]) {
                case "path": judgePath(read(words[1]), read(words[2]), words[3]); break;
                case "authority": judgeAuthority(read(words[1])); break;
                case "handshake": shakeHands(words); break;
                default: return "refused: no such question";
            }
            return "ok";
        } catch (Exception error) {
            return "refused: " + innermost(error);
        }
    }

    static String innermost(Throwable error) {
        while (error.getCause() != null) {
            error = error.getCause();
        }
        return error.toString().replace('\n', ' ');
    }

    // ---- certificates

    static void validate(X509Certificate authority, X509Certificate certificate) throws Exception {
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    static void judgePath(X509Certificate authority, X509Certificate certificate, String purpose) throws Exception {
        validate(authority, certificate);
        X509TrustManager manager = (X509TrustManager) trust(authority)[0];
        X509Certificate[] chain = {certificate};
        if (purpose.equals("server")) {
            manager.checkServerTrusted(chain, "UNKNOWN");
        } else {
            manager.checkClientTrusted(chain, "UNKNOWN");
        }
    }

    static void judgeAuthority(X509Certificate authority) throws Exception {
        validate(authority, authority);
        boolean[] usage = authority.getKeyUsage();
        if (authority.getBasicConstraints() != 0 || usage == null || !usage[KEY_CERT_SIGN] || !usage[CRL_SIGN]) {
            throw new CertificateException("not an authority of path length 0 that signs certificates and lists");
        }
    }

    // ---- handshake

    static void shakeHands(String[] words) throws Exception {
        SSLContext serverSide = context(words[1], words[2], words[3]);
        SSLContext clientSide = context(words[1], words[4], words[5]);
        InetAddress here = InetAddress.getByName("127.0.0.1");
        try (SSLServerSocket listener = (SSLServerSocket) serverSide.getServerSocketFactory().createServerSocket(0, 1, here)) {
            listener.setNeedClientAuth(true);
            listener.setSoTimeout(20000);
            Future<?> server = background.submit(() -> { serve(listener); return null; });
            String why = "";
            try (Socket plain = new Socket(here, listener.getLocalPort())) {
                connect(clientSide, plain, words[6]);
            } catch (IOException error) {
                why += " client: " + innermost(error);
            }
            try {
                server.get(20, TimeUnit.SECONDS);
            } catch (ExecutionException error) {
                why += " server: " + innermost(error);
            }
            if (!why.isEmpty()) {
                throw new SSLException(why);
            }
        }
    }

    static void serve(SSLServerSocket listener) throws IOException {
        try (Socket socket = listener.accept()) {
            socket.setSoTimeout(20000);
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(socket.getInputStream().read());
        }
    }

    static void connect(SSLContext context, Socket plain, String host) throws IOException {
        plain.setSoTimeout(20000);
        plain.setTcpNoDelay(true);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, plain.getPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write('x');
            if (socket.getInputStream().read() != 'x') {
                throw new IOException("the byte did not come back");
            }
        }
    }

    static SSLContext context(String ca, String certificate, String key) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", readKey(key), NO_PASSWORD, new Certificate[] {read(certificate)});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust(read(ca)), null);
        return context;
    }

    static TrustManager[] trust(X509Certificate authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    // ---- files

    static X509Certificate read(String path) throws Exception {
        try (InputStream file = new FileInputStream(path)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
        }
    }

    static PrivateKey readKey(String path) throws Exception {
        String pem = Files.readString(Path.of(path));
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException tryTheNext) {
                continue;
            }
        }
        throw new KeyException("a key of no known kind: " + path);
    }
}
