#include "docker/daemon_options.hpp"

#include <algorithm>
#include <array>

namespace dockpki::docker {
namespace {

constexpr unsigned in_20_10 = 1;
constexpr unsigned in_28 = 2;
constexpr unsigned in_29 = 4;
constexpr unsigned all = in_20_10 | in_28 | in_29;

using enum FileKind;

// By the flag's name, as conflicts are told in that order.
const std::array options{
    DaemonOption{{"add-runtime", 0, FlagKind::list}, "runtimes", object_map, all, "types.Runtime"},
    DaemonOption{{"allow-direct-routing", 0, FlagKind::boolean}, "allow-direct-routing", boolean, in_28 | in_29},
    DaemonOption{
        {"allow-nondistributable-artifacts", 0, FlagKind::list}, "allow-nondistributable-artifacts", texts, in_20_10 | in_28},
    DaemonOption{{"api-cors-header", 0, FlagKind::text}, "api-cors-header", text, in_20_10 | in_28},
    DaemonOption{{"authorization-plugin", 0, FlagKind::list}, "authorization-plugins", texts, all},
    DaemonOption{{"bip", 0, FlagKind::text}, "bip", text, all},
    DaemonOption{{"bip6", 0, FlagKind::text}, "bip6", text, in_28 | in_29},
    DaemonOption{{"bridge", 'b', FlagKind::text}, "bridge", text, all},
    DaemonOption{{"bridge-accept-fwmark", 0, FlagKind::text}, "bridge-accept-fwmark", text, in_29},
    DaemonOption{{"cdi-spec-dir", 0, FlagKind::list}, "cdi-spec-dirs", texts, in_28 | in_29},
    DaemonOption{{"cgroup-parent", 0, FlagKind::text}, "cgroup-parent", text, all},
    DaemonOption{{"cluster-advertise", 0, FlagKind::text}, "cluster-advertise", text, in_20_10},
    DaemonOption{{"cluster-store", 0, FlagKind::text}, "cluster-store", text, in_20_10},
    DaemonOption{{"cluster-store-opt", 0, FlagKind::list}, "cluster-store-opts", text_map, in_20_10},
    DaemonOption{{"config-file", 0, FlagKind::text}, "config-file", ignored, all},
    DaemonOption{{"containerd", 0, FlagKind::text}, "containerd", text, all},
    DaemonOption{{"containerd-namespace", 0, FlagKind::text}, "containerd-namespace", text, all},
    DaemonOption{{"containerd-plugins-namespace", 0, FlagKind::text}, "containerd-plugins-namespace", ignored, all},
    DaemonOption{{"cpu-rt-period", 0, FlagKind::integer}, "cpu-rt-period", integer, all},
    DaemonOption{{"cpu-rt-runtime", 0, FlagKind::integer}, "cpu-rt-runtime", integer, all},
    DaemonOption{{"cri-containerd", 0, FlagKind::boolean}, "cri-containerd", boolean, all},
    DaemonOption{{"data-root", 0, FlagKind::text}, "data-root", text, all},
    DaemonOption{{"debug", 'D', FlagKind::boolean}, "debug", boolean, all},
    DaemonOption{{"default-address-pool", 0, FlagKind::list}, "default-address-pools", objects, all, "*ipamutils.NetworkToSplit"},
    DaemonOption{{"default-cgroupns-mode", 0, FlagKind::text}, "default-cgroupns-mode", text, all},
    DaemonOption{{"default-gateway", 0, FlagKind::text}, "default-gateway", address, all},
    DaemonOption{{"default-gateway-v6", 0, FlagKind::text}, "default-gateway-v6", address, all},
    DaemonOption{{"default-ipc-mode", 0, FlagKind::text}, "default-ipc-mode", text, all},
    DaemonOption{
        {"default-network-opt", 0, FlagKind::list}, "default-network-opts", object_map, in_28 | in_29, "map[string]string"},
    DaemonOption{{"default-runtime", 0, FlagKind::text}, "default-runtime", text, all},
    DaemonOption{{"default-shm-size", 0, FlagKind::text}, "default-shm-size", text, all},
    DaemonOption{{"default-stop-timeout", 0, FlagKind::integer}, "default-stop-timeout", integer, in_29},
    DaemonOption{{"default-ulimit", 0, FlagKind::list}, "default-ulimits", object_map, all, "*units.Ulimit"},
    DaemonOption{{"dns", 0, FlagKind::list}, "dns", texts, all},
    DaemonOption{{"dns-opt", 0, FlagKind::list}, "dns-opts", texts, all},
    DaemonOption{{"dns-search", 0, FlagKind::list}, "dns-search", texts, all},
    DaemonOption{{"exec-opt", 0, FlagKind::list}, "exec-opts", texts, all},
    DaemonOption{{"exec-root", 0, FlagKind::text}, "exec-root", text, all},
    DaemonOption{{"experimental", 0, FlagKind::boolean}, "experimental", boolean, all},
    DaemonOption{{"feature", 0, FlagKind::list}, "features", switches, in_28 | in_29},
    DaemonOption{{"firewall-backend", 0, FlagKind::text}, "firewall-backend", text, in_29},
    DaemonOption{{"fixed-cidr", 0, FlagKind::text}, "fixed-cidr", text, all},
    DaemonOption{{"fixed-cidr-v6", 0, FlagKind::text}, "fixed-cidr-v6", text, all},
    DaemonOption{{"graph", 'g', FlagKind::text}, "graph", text, in_20_10},
    DaemonOption{{"group", 'G', FlagKind::text}, "group", text, all},
    DaemonOption{{"help", 'h', FlagKind::boolean}, "help", ignored, all},
    DaemonOption{{"host", 'H', FlagKind::host}, "hosts", texts, all},
    DaemonOption{{"host-gateway-ip", 0, FlagKind::text}, "host-gateway-ip", address, in_20_10},
    DaemonOption{{"host-gateway-ip", 0, FlagKind::list}, "host-gateway-ips", texts, in_28 | in_29},
    DaemonOption{{"http-proxy", 0, FlagKind::text}, "http-proxy", ignored, in_28 | in_29},
    DaemonOption{{"https-proxy", 0, FlagKind::text}, "https-proxy", ignored, in_28 | in_29},
    DaemonOption{{"icc", 0, FlagKind::boolean}, "icc", boolean, all},
    DaemonOption{{"init", 0, FlagKind::boolean}, "init", boolean, all},
    DaemonOption{{"init-path", 0, FlagKind::text}, "init-path", text, all},
    DaemonOption{{"insecure-registry", 0, FlagKind::list}, "insecure-registries", texts, all},
    DaemonOption{{"ip", 0, FlagKind::text}, "ip", address, all},
    DaemonOption{{"ip-forward", 0, FlagKind::boolean}, "ip-forward", boolean, all},
    DaemonOption{{"ip-forward-no-drop", 0, FlagKind::boolean}, "ip-forward-no-drop", boolean, in_28 | in_29},
    DaemonOption{{"ip-masq", 0, FlagKind::boolean}, "ip-masq", boolean, all},
    DaemonOption{{"ip6tables", 0, FlagKind::boolean}, "ip6tables", boolean, all},
    DaemonOption{{"iptables", 0, FlagKind::boolean}, "iptables", boolean, all},
    DaemonOption{{"ipv6", 0, FlagKind::boolean}, "ipv6", boolean, all},
    DaemonOption{{"label", 0, FlagKind::list}, "labels", texts, all},
    DaemonOption{{"live-restore", 0, FlagKind::boolean}, "live-restore", boolean, all},
    DaemonOption{{"log-driver", 0, FlagKind::text}, "log-driver", text, all},
    DaemonOption{{"log-format", 0, FlagKind::text}, "log-format", text, in_28 | in_29},
    DaemonOption{{"log-level", 'l', FlagKind::text}, "log-level", text, all},
    DaemonOption{{"log-opt", 0, FlagKind::list}, "log-opts", text_map, all},
    DaemonOption{{"max-concurrent-downloads", 0, FlagKind::integer}, "max-concurrent-downloads", integer, all},
    DaemonOption{{"max-concurrent-uploads", 0, FlagKind::integer}, "max-concurrent-uploads", integer, all},
    DaemonOption{{"max-download-attempts", 0, FlagKind::integer}, "max-download-attempts", integer, all},
    DaemonOption{{"metrics-addr", 0, FlagKind::text}, "metrics-addr", text, all},
    DaemonOption{{"mtu", 0, FlagKind::integer}, "mtu", integer, all},
    DaemonOption{{"network-control-plane-mtu", 0, FlagKind::integer}, "network-control-plane-mtu", integer, all},
    DaemonOption{{"network-diagnostic-port", 0, FlagKind::integer}, "network-diagnostic-port", integer, all},
    DaemonOption{{"no-new-privileges", 0, FlagKind::boolean}, "no-new-privileges", boolean, all},
    DaemonOption{{"no-proxy", 0, FlagKind::text}, "no-proxy", ignored, in_28 | in_29},
    DaemonOption{{"node-generic-resource", 0, FlagKind::list}, "node-generic-resources", texts, all},
    DaemonOption{{"nri-opts", 0, FlagKind::list}, "nri-opts", object, in_29, "daemon.NRIOpts"},
    DaemonOption{{"oom-score-adjust", 0, FlagKind::integer}, "oom-score-adjust", integer, in_20_10},
    DaemonOption{{"pidfile", 'p', FlagKind::text}, "pidfile", text, all},
    DaemonOption{{"raw-logs", 0, FlagKind::boolean}, "raw-logs", boolean, all},
    DaemonOption{{"registry-mirror", 0, FlagKind::list}, "registry-mirrors", texts, all},
    DaemonOption{{"restart", 'r', FlagKind::boolean}, "restart", ignored, all},
    DaemonOption{{"rootless", 0, FlagKind::boolean}, "rootless", boolean, all},
    DaemonOption{{"seccomp-profile", 0, FlagKind::text}, "seccomp-profile", text, all},
    DaemonOption{{"selinux-enabled", 0, FlagKind::boolean}, "selinux-enabled", boolean, all},
    DaemonOption{{"shutdown-timeout", 0, FlagKind::integer}, "shutdown-timeout", integer, all},
    DaemonOption{{"storage-driver", 's', FlagKind::text}, "storage-driver", text, all},
    DaemonOption{{"storage-opt", 0, FlagKind::list}, "storage-opts", texts, all},
    DaemonOption{{"swarm-default-advertise-addr", 0, FlagKind::text}, "swarm-default-advertise-addr", text, all},
    DaemonOption{{"tls", 0, FlagKind::boolean}, "tls", boolean, all},
    DaemonOption{{"tlscacert", 0, FlagKind::brittle}, "tlscacert", text, in_20_10},
    DaemonOption{{"tlscacert", 0, FlagKind::text}, "tlscacert", text, in_28 | in_29},
    DaemonOption{{"tlscert", 0, FlagKind::brittle}, "tlscert", text, in_20_10},
    DaemonOption{{"tlscert", 0, FlagKind::text}, "tlscert", text, in_28 | in_29},
    DaemonOption{{"tlskey", 0, FlagKind::brittle}, "tlskey", text, in_20_10},
    DaemonOption{{"tlskey", 0, FlagKind::text}, "tlskey", text, in_28 | in_29},
    DaemonOption{{"tlsverify", 0, FlagKind::boolean}, "tlsverify", boolean, all},
    DaemonOption{{"userland-proxy", 0, FlagKind::boolean}, "userland-proxy", boolean, all},
    DaemonOption{{"userland-proxy-path", 0, FlagKind::text}, "userland-proxy-path", text, all},
    DaemonOption{{"userns-remap", 0, FlagKind::text}, "userns-remap", text, all},
    DaemonOption{{"validate", 0, FlagKind::boolean}, "validate", ignored, in_28 | in_29},
    DaemonOption{{"version", 'v', FlagKind::boolean}, "version", ignored, all},
    DaemonOption{{"", 0, FlagKind::none}, "features", switches, in_20_10},
    DaemonOption{{"", 0, FlagKind::none}, "builder", object, all, "config.BuilderConfig"},
    DaemonOption{{"", 0, FlagKind::none}, "deprecated-key-path", text, all},
    DaemonOption{{"", 0, FlagKind::none}, "min-api-version", text, in_29},
    DaemonOption{{"", 0, FlagKind::none}, "allow-nondistributable-artifacts", texts, in_29},
    DaemonOption{{"", 0, FlagKind::none}, "host-gateway-ip", address, in_28 | in_29},
};

std::vector<DaemonOption> of(unsigned release) {
  std::vector<DaemonOption> found;
  std::ranges::copy_if(options, std::back_inserter(found),
                       [&](const DaemonOption& option) { return (option.releases & release) != 0; });
  return found;
}

} // namespace

const std::vector<DaemonOption>& daemon_options(DockerVersion release) {
  static const std::array<std::vector<DaemonOption>, 3> lists{of(in_20_10), of(in_28), of(in_29)};
  return lists.at(static_cast<std::size_t>(release));
}

bool is_flat_key(std::string_view key) {
  static constexpr std::array<std::string_view, 8> flat{
      "builder", "cluster-store-opts", "default-network-opts", "default-ulimits", "features", "log-opts", "nri-opts", "runtimes"};
  return std::ranges::find(flat, key) != flat.end();
}

} // namespace dockpki::docker
