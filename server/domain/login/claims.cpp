#include "domain/login/claims.hpp"

#include <algorithm>
#include <cmath>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "domain/login/email.hpp"

namespace reprise::login {
namespace json = boost::json;

namespace {

constexpr std::size_t kNameLettersMax = 100;
/// The table takes 200 code points.
constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kGroupsMax = 500;
constexpr double kNsPerSecond = 1e9;
/// The year 2200: seconds that fit into nanoseconds of 64 bits.
constexpr double kSecondsMax = 7'258'118'400;

std::optional<std::string_view> text_claim(const json::object& claims, std::string_view name) {
  const json::value* held = claims.if_contains(name);
  if (held == nullptr || !held->is_string()) return std::nullopt;
  return std::string_view(held->get_string());
}

/// A NumericDate (RFC 7519 2): seconds, possibly with a fraction.
std::optional<std::int64_t> time_claim(const json::object& claims, std::string_view name) {
  const json::value* held = claims.if_contains(name);
  if (held == nullptr || !held->is_number()) return std::nullopt;
  const double seconds = held->to_number<double>();
  if (!(seconds >= 0 && seconds <= kSecondsMax)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(seconds)) * static_cast<std::int64_t>(kNsPerSecond);
}

/// A string, or a list of strings; empty for anything else.
std::optional<std::vector<std::string_view>> texts_in(const json::value* held) {
  if (held == nullptr) return std::nullopt;
  if (held->is_string()) return std::vector{std::string_view(held->get_string())};
  if (!held->is_array()) return std::nullopt;
  std::vector<std::string_view> texts;
  for (const json::value& one : held->get_array()) {
    if (!one.is_string()) return std::nullopt;
    texts.emplace_back(one.get_string());
  }
  return texts;
}

std::optional<std::vector<std::string_view>> texts_claim(const json::object& claims,
                                                         std::string_view name) {
  return texts_in(claims.if_contains(name));
}

/// The claim of that name. There is none, and the name has dots: the member of a member, as in
/// `realm_access.roles`.
const json::value* named_claim(const json::object& claims, std::string_view name) {
  if (const json::value* whole = claims.if_contains(name)) return whole;
  const auto dot = name.find('.');
  if (dot == name.npos) return nullptr;
  const json::value* outer = claims.if_contains(name.substr(0, dot));
  if (outer == nullptr || !outer->is_object()) return nullptr;
  const json::object& inner = outer->get_object();
  return named_claim(inner, name.substr(dot + 1));
}

std::optional<Fault> check_audience(const json::object& claims, std::string_view client_id) {
  const auto audiences = texts_claim(claims, "aud");
  if (!audiences || std::ranges::find(*audiences, client_id) == audiences->end()) {
    return Fault::AudienceDiffers;
  }
  if (audiences->size() > 1 || claims.contains("azp")) {
    if (text_claim(claims, "azp") != client_id) return Fault::AuthorizedPartyDiffers;
    // No other audience is trusted.
    const bool only_us =
        std::ranges::all_of(*audiences, [&](std::string_view one) { return one == client_id; });
    if (!only_us) return Fault::AudienceUntrusted;
  }
  return std::nullopt;
}

constexpr std::int64_t ns(std::chrono::nanoseconds span) { return span.count(); }

/// Whether the claims that count have the JSON types that they must have, where they are there.
bool have_right_types(const json::object& claims) {
  for (const char* name : {"exp", "iat", "nbf"}) {
    if (claims.contains(name) && !time_claim(claims, name)) return false;
  }
  return !claims.contains("sub") || text_claim(claims, "sub").has_value();
}

std::optional<Fault> check_times(const json::object& claims, std::int64_t now) {
  const auto expires = time_claim(claims, "exp");
  if (!expires) return Fault::ExpiryMissing;
  if (now >= *expires + ns(kClockSkew)) return Fault::Expired;
  const auto issued = time_claim(claims, "iat");
  if (!issued) return Fault::IssuedAtMissing;
  const auto not_before = time_claim(claims, "nbf");
  if (not_before && *not_before > now + ns(kClockSkew)) return Fault::NotYetValid;
  if (*issued > now + ns(kClockSkew)) return Fault::IssuedInFuture;
  if (now - *issued > ns(kIssuedWithin)) return Fault::IssuedLongAgo;
  return std::nullopt;
}

/// Whether a hash that is there is the right one.
bool hash_fits(const json::object& claims, std::string_view name, std::string_view of) {
  if (!claims.contains(name)) return true;
  const auto held = text_claim(claims, name);
  return held && same_secret(*held, half_hash(of));
}

}  // namespace

std::string half_hash(std::string_view text) {
  const Sha256 whole = sha256(as_bytes(text));
  return base64url_encode(ByteView(whole).first(whole.size() / 2));
}

std::optional<Fault> check_claims(const json::object& claims, const Expected& expected) {
  if (text_claim(claims, "iss") != expected.issuer) return Fault::IssuerDiffers;
  if (const auto fault = check_audience(claims, expected.client_id)) return fault;
  if (!have_right_types(claims)) return Fault::ClaimsMalformed;
  if (const auto fault = check_times(claims, expected.now_utc_ns)) return fault;
  const auto nonce = text_claim(claims, "nonce");
  if (!nonce || !same_secret(*nonce, expected.nonce)) return Fault::NonceDiffers;
  const auto subject = text_claim(claims, "sub");
  if (!subject || subject->empty() || subject->size() > kSubjectBytesMax ||
      subject->contains('\0')) {
    return Fault::SubjectMalformed;
  }
  if (!hash_fits(claims, "at_hash", expected.access_token)) return Fault::AccessTokenHashDiffers;
  if (!hash_fits(claims, "c_hash", expected.code)) return Fault::CodeHashDiffers;
  if (expected.max_age) {
    const auto logged_in = time_claim(claims, "auth_time");
    const std::int64_t age_max = ns(*expected.max_age) + ns(kClockSkew);
    if (!logged_in || expected.now_utc_ns - *logged_in > age_max) return Fault::LoggedInLongAgo;
  }
  return std::nullopt;
}

Identity identity_of(const json::object& claims, std::string_view groups_claim) {
  Identity who{.issuer = std::string(text_claim(claims, "iss").value_or("")),
               .subject = std::string(text_claim(claims, "sub").value_or("")),
               .auth_time_utc_ns = time_claim(claims, "auth_time")};
  const json::value* verified = claims.if_contains("email_verified");
  const auto email = text_claim(claims, "email");
  if (email && verified != nullptr && verified->is_bool() && verified->get_bool() &&
      read_email(*email)) {
    who.email = *email;
  }
  for (const char* claim : {"name", "preferred_username"}) {
    if (!who.name.empty()) break;
    const std::string name = text::one_line(text_claim(claims, claim).value_or(""));
    if (text::is_visible(name)) who.name = text::cut(name, kNameLettersMax);
  }
  // A letter may have many code points.
  while (who.name.size() > kNameBytesMax) {
    who.name = text::cut(who.name, text::letter_count(who.name) / 2);
  }
  if (who.name.empty()) who.name = who.email.empty() ? "Somebody" : who.email;
  if (!groups_claim.empty()) {
    const auto groups =
        texts_in(named_claim(claims, groups_claim)).value_or(std::vector<std::string_view>{});
    who.groups.assign(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(
                                                           std::min(groups.size(), kGroupsMax)));
  }
  return who;
}

}  // namespace reprise::login
