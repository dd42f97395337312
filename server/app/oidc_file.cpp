#include "app/oidc_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <initializer_list>
#include <set>

#include "base/config.hpp"
#include "base/text.hpp"
#include "platform/http/loopback.hpp"
#include "platform/http/text.hpp"
#include "platform/http/url.hpp"

namespace reprise::app {
namespace {

constexpr std::size_t kIssuersMax = 20;
constexpr std::size_t kIdLettersMax = 32;
constexpr std::size_t kNameLettersMax = 60;
constexpr std::string_view kAllowsNobody =
    "allow names nobody; leave it out to admit everybody whom the issuer knows";

/// A place in the file that is wrong. Caught by `read_oidc_file`.
struct Wrong {
  int line;
  std::string sentence;
};

[[noreturn]] void refuse(const YAML::Node& at, std::string sentence) {
  throw Wrong{std::max(at.Mark().line, 0) + 1,  // an empty file has no place
              std::move(sentence)};
}

bool is_absent(const YAML::Node& node) { return !node.IsDefined() || node.IsNull(); }

/// Refuses names that are not in the list, and names that occur twice: of those one would be
/// ignored.
void check_names(const YAML::Node& map, std::string_view what,
                 std::initializer_list<std::string_view> known) {
  if (!map.IsMap()) refuse(map, fmt::format("{} must be a map", what));
  std::set<std::string> seen;
  for (const auto& pair : map) {
    const auto name = pair.first.IsScalar() ? pair.first.Scalar() : std::string();
    if (std::ranges::find(known, name) == known.end()) {
      refuse(pair.first, fmt::format("unknown key \"{}\" in {}; it knows {}", name, what,
                                     fmt::join(known, ", ")));
    }
    if (!seen.insert(name).second) refuse(pair.first, fmt::format("{} is given twice", name));
  }
}

std::string text_of(const YAML::Node& node, std::string_view what) {
  if (!node.IsScalar() || node.Scalar().empty()) {
    refuse(node, fmt::format("{} must be a text that is not empty", what));
  }
  return node.Scalar();
}

std::string needed_text(const YAML::Node& map, const char* name) {
  const YAML::Node node = map[name];
  if (is_absent(node)) refuse(map, fmt::format("{} is missing", name));
  return text_of(node, name);
}

std::string optional_text(const YAML::Node& map, const char* name) {
  const YAML::Node node = map[name];
  if (is_absent(node) || (node.IsScalar() && node.Scalar().empty())) return {};
  return text_of(node, name);
}

std::vector<std::string> texts_of(const YAML::Node& node, std::string_view what) {
  if (is_absent(node)) return {};
  if (node.IsScalar()) return {text_of(node, what)};
  if (!node.IsSequence()) refuse(node, fmt::format("{} must be a text or a list of texts", what));
  std::vector<std::string> texts;
  for (const YAML::Node& one : node) texts.push_back(text_of(one, what));
  return texts;
}

bool switch_of(const YAML::Node& node, std::string_view what) {
  if (is_absent(node)) return false;
  if (node.IsScalar() && (node.Scalar() == "true" || node.Scalar() == "false")) {
    return node.Scalar() == "true";
  }
  refuse(node, fmt::format("{} must be true or false", what));
}

std::string lower(std::string_view text) { return http::lower_case(text); }

/// An origin of ours: without a path, and by https unless only this machine has the name (browsers
/// keep `__Host-` cookies only then).
std::string public_url_of(const YAML::Node& node) {
  std::string text = text_of(node, "public_url");
  while (text.ends_with('/')) text.pop_back();
  const auto url = http::parse_url(text);
  if (!url || url->target != "/" || text.ends_with('?')) {
    refuse(node, fmt::format("public_url \"{}\" must be https://HOST[:PORT] without a path", text));
  }
  if (!url->tls && !is_own_name(url->host)) {
    refuse(node, fmt::format("public_url \"{}\" must be https: browsers do not keep a login "
                             "otherwise, and everybody on the way could read it",
                             text));
  }
  return lower(oidc::origin_of(text));
}

std::vector<std::string> public_urls_of(const YAML::Node& root) {
  const YAML::Node node = root["public_url"];
  if (is_absent(node)) refuse(root, "public_url is missing");
  std::vector<std::string> urls;
  if (node.IsSequence()) {
    for (const YAML::Node& one : node) urls.push_back(public_url_of(one));
    if (urls.empty()) refuse(node, "public_url is empty");
  } else {
    urls.push_back(public_url_of(node));
  }
  return urls;
}

std::string id_of(const YAML::Node& map) {
  const std::string id = needed_text(map, "id");
  const bool fine =
      id.size() <= kIdLettersMax && id.front() != '-' && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  // The last ones are addresses of our own below /api/auth.
  if (!fine || id == "issuers" || id == "sessions" || id == "logout") {
    refuse(map["id"], fmt::format("id \"{}\" must be 1 to {} of a-z, 0-9 and -, and not issuers, "
                                  "sessions or logout",
                                  id, kIdLettersMax));
  }
  return id;
}

/// `HOST`, `HOST:PORT`, or the same with the issuer's scheme in front.
http::Pin pin_of(const YAML::Node& node, const http::Url& issuer) {
  const std::string& text = node.Scalar();
  const std::string scheme = issuer.tls ? "https://" : "http://";
  const bool whole = text.contains("://");
  const auto url = http::parse_url(whole ? text : scheme + text);
  if (!url || url->target != "/" || url->tls != issuer.tls) {
    refuse(node, fmt::format("reach_at \"{}\" must be HOST:PORT", text));
  }
  return {url->host, url->port};
}

void read_issuer_url(const YAML::Node& map, oidc::IssuerSettings& settings) {
  settings.issuer = needed_text(map, "issuer");
  const auto url = http::parse_url(settings.issuer);
  if (!url || settings.issuer.contains('?')) {
    refuse(map["issuer"], fmt::format("issuer \"{}\" must be a URL as the issuer itself gives it",
                                      settings.issuer));
  }
  const bool pinned = !optional_text(map, "reach_at").empty();
  if (pinned) settings.reach_at = pin_of(map["reach_at"], *url);
  if (!url->tls && !pinned && !is_own_name(url->host)) {
    refuse(map["issuer"],
           fmt::format("issuer \"{}\" must be https, since the client's secret is sent to it; or "
                       "say with reach_at where it is in this network",
                       settings.issuer));
  }
  // Resolvers need not know names below localhost (RFC 6761 6.3).
  if (!pinned && !http::is_loopback(url->host) && is_own_name(url->host)) {
    settings.reach_at = http::Pin{"127.0.0.1", url->port};
  }
}

void read_secret(const YAML::Node& map, const std::filesystem::path& folder,
                 const OidcFileSources& sources, auth::IssuerEntry& entry) {
  const YAML::Node node = map["client_secret_file"];
  entry.secret_file = (folder / needed_text(map, "client_secret_file")).string();
  auto secret = sources.read_secret_file(entry.secret_file);
  if (!secret) {
    std::string why = "client_secret_file: " + secret.error().client_message;
    if (why.ends_with('.')) why.pop_back();  // the sentence gets one
    refuse(node, std::move(why));
  }
  while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
  if (text::is_white_space(*secret)) {
    refuse(node, fmt::format("client_secret_file: {} is empty", entry.secret_file));
  }
  if (std::ranges::any_of(*secret, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; })) {
    refuse(node, fmt::format("client_secret_file: {} must hold one line", entry.secret_file));
  }
  if (is_example_secret(*secret) || *secret == entry.oidc.client_id) {
    refuse(node, fmt::format("client_secret_file: {} holds a secret that stands in examples; make "
                             "one of your own, for example with: openssl rand -hex 32",
                             entry.secret_file));
  }
  entry.oidc.client_secret = *std::move(secret);
}

void read_allow(const YAML::Node& node, auth::IssuerEntry& entry) {
  if (!node.IsDefined()) return;
  // A list whose lines are all comments must not admit everybody.
  if (node.IsNull()) refuse(node, std::string(kAllowsNobody));
  check_names(node, "allow", {"emails", "groups"});
  for (const std::string& text : texts_of(node["emails"], "allow.emails")) {
    const auto rule = login::read_email_rule(text);
    if (!rule) {
      refuse(node["emails"],
             fmt::format("allow.emails: \"{}\" must be *@DOMAIN or one address", text));
    }
    entry.allow.emails.push_back(*rule);
  }
  entry.allow.groups = texts_of(node["groups"], "allow.groups");
  if (entry.allow.emails.empty() && entry.allow.groups.empty()) {
    refuse(node, std::string(kAllowsNobody));
  }
  if (!entry.allow.groups.empty() && entry.groups_claim.empty()) {
    refuse(node, "allow.groups needs roles_claim, the claim that names groups");
  }
}

void read_roles(const YAML::Node& node, auth::IssuerEntry& entry) {
  if (is_absent(node)) return;
  check_names(node, "roles", {"admin", "researcher"});
  if (entry.groups_claim.empty()) refuse(node, "roles needs roles_claim");
  entry.roles.admin = texts_of(node["admin"], "roles.admin");
  entry.roles.researcher = texts_of(node["researcher"], "roles.researcher");
}

auth::IssuerEntry issuer_of(const YAML::Node& map, const std::filesystem::path& folder,
                            const OidcFileSources& sources,
                            const std::vector<std::string>& public_urls) {
  check_names(map, "an issuer",
              {"id", "name", "issuer", "reach_at", "static_passwords", "client_id",
               "client_secret_file", "roles_claim", "roles", "allow"});
  auth::IssuerEntry entry;
  entry.oidc.id = id_of(map);
  const std::string name = optional_text(map, "name");
  entry.oidc.name = name.empty() ? entry.oidc.id : text::one_line(name);
  if (text::letter_count(entry.oidc.name) > kNameLettersMax) {
    refuse(map["name"], fmt::format("name may have at most {} letters", kNameLettersMax));
  }
  read_issuer_url(map, entry.oidc);
  entry.oidc.client_id = needed_text(map, "client_id");
  read_secret(map, folder, sources, entry);
  entry.groups_claim = optional_text(map, "roles_claim");
  read_roles(map["roles"], entry);
  read_allow(map["allow"], entry);
  entry.static_passwords = switch_of(map["static_passwords"], "static_passwords");
  if (entry.static_passwords) {
    for (const std::string& url : public_urls) {
      if (!is_own_name(http::parse_url(url)->host)) {
        refuse(
            map["static_passwords"],
            fmt::format("static_passwords: the issuer \"{}\" has passwords that stand in a file, "
                        "and {} is a public name",
                        entry.oidc.id, url));
      }
    }
  }
  return entry;
}

void read_issuers(const YAML::Node& root, const std::filesystem::path& folder,
                  const OidcFileSources& sources, auth::AuthSettings& settings) {
  const YAML::Node list = root["issuers"];
  if (is_absent(list)) refuse(root, "issuers is missing");
  if (!list.IsSequence() || list.size() == 0 || list.size() > kIssuersMax) {
    refuse(list, fmt::format("issuers must be a list of 1 to {} issuers", kIssuersMax));
  }
  for (const YAML::Node& one : list) {
    auth::IssuerEntry entry = issuer_of(one, folder, sources, settings.public_urls);
    for (const auth::IssuerEntry& other : settings.issuers) {
      if (other.oidc.id == entry.oidc.id) {
        refuse(one, fmt::format("two issuers have the id \"{}\"", entry.oidc.id));
      }
      // A person is known by issuer and subject; two clients of one issuer would mix people up.
      if (other.oidc.issuer == entry.oidc.issuer) {
        refuse(one, fmt::format("two entries name the issuer {}", entry.oidc.issuer));
      }
    }
    settings.issuers.push_back(std::move(entry));
  }
}

void read_first_admin(const YAML::Node& node, auth::AuthSettings& settings) {
  if (is_absent(node)) return;
  check_names(node, "first_admin", {"issuer", "email"});
  const std::string issuer = needed_text(node, "issuer");
  const bool known = std::ranges::any_of(
      settings.issuers, [&](const auth::IssuerEntry& one) { return one.oidc.id == issuer; });
  if (!known) refuse(node, fmt::format("first_admin: no issuer has the id \"{}\"", issuer));
  const auto email = login::read_email_rule(needed_text(node, "email"));
  if (!email || email->local.empty()) refuse(node, "first_admin: email must be one address");
  settings.first_admin = auth::FirstAdmin{issuer, *email};
}

}  // namespace

bool is_own_name(std::string_view host) {
  return http::is_loopback(host) || lower(host).ends_with(".localhost");
}

bool is_example_secret(std::string_view secret) {
  // The usual placeholders without their signs, and what stands in Dex's own examples
  // (config.yaml.dist, examples/config-dev.yaml), also decoded.
  static constexpr auto kKnown = std::to_array<std::string_view>({"secret",
                                                                  "changeme",
                                                                  "changemeplease",
                                                                  "pleasechangeme",
                                                                  "changethis",
                                                                  "changeit",
                                                                  "replaceme",
                                                                  "replacethis",
                                                                  "password",
                                                                  "clientsecret",
                                                                  "yourclientsecret",
                                                                  "yoursecret",
                                                                  "yoursecrethere",
                                                                  "mysecret",
                                                                  "mysecretkey",
                                                                  "topsecret",
                                                                  "supersecret",
                                                                  "devsecret",
                                                                  "testsecret",
                                                                  "dexsecret",
                                                                  "oidcsecret",
                                                                  "oidcclientsecret",
                                                                  "reprise",
                                                                  "reprisesecret",
                                                                  "default",
                                                                  "defaultsecret",
                                                                  "example",
                                                                  "examplesecret",
                                                                  "placeholder",
                                                                  "insecure",
                                                                  "test",
                                                                  "dev",
                                                                  "admin",
                                                                  "todo",
                                                                  "zxhhbxbszs1hchatc2vjcmv0",
                                                                  "exampleappsecret",
                                                                  "restrictedclientsecret",
                                                                  "portalsecret"});
  if (std::ranges::all_of(secret, [&](char c) { return c == secret.front(); })) return true;
  std::string plain = lower(secret);
  std::erase_if(plain, [](char c) {
    const bool sign = c > ' ' && c < '\x7f' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
    return sign || c == ' ';
  });
  return std::ranges::find(kKnown, plain) != kKnown.end();
}

Result<auth::AuthSettings> read_oidc_file(std::string_view text, const std::string& path,
                                          const OidcFileSources& sources) {
  const auto invalid = [&path](int line, std::string_view sentence) {
    return fail(ErrorCode::Invalid, fmt::format("--oidc-file {}:{}: {}.", path, line, sentence));
  };
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1) refuse(documents[1], "the file must hold one document");
    const YAML::Node root = documents.empty() ? YAML::Node() : documents.front();
    check_names(root, "the file", {"public_url", "issuers", "first_admin"});
    auth::AuthSettings settings;
    settings.public_urls = public_urls_of(root);
    read_issuers(root, std::filesystem::path(path).parent_path(), sources, settings);
    read_first_admin(root["first_admin"], settings);
    return settings;
  } catch (const Wrong& wrong) {
    return invalid(wrong.line, wrong.sentence);
  } catch (const YAML::Exception& error) {
    return invalid(error.mark.line + 1, "this is no YAML: " + error.msg);
  }
}

Result<auth::AuthSettings> load_oidc_file(
    const std::string& path, const std::vector<std::pair<std::string, std::string>>& environment) {
  const auto text = read_small_file(path);
  if (!text) return fail(ErrorCode::Invalid, "--oidc-file: " + text.error().client_message);
  auto settings = read_oidc_file(*text, path, {.read_secret_file = read_secret_file});
  if (!settings) return settings;
  const auto rules = http::read_proxy_rules(environment);
  if (!rules) return std::unexpected(rules.error());
  for (auth::IssuerEntry& one : settings->issuers) {
    const auto url = http::parse_url(one.oidc.issuer);
    if (url->tls) one.oidc.proxy = http::proxy_for(*rules, url->host, url->port);
  }
  return settings;
}

}  // namespace reprise::app
