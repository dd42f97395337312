#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "platform/gcs/address.hpp"
#include "platform/gcs/service_account.hpp"

// V4 signed URLs (cloud.google.com/storage/docs/authentication/signatures). Pure.
namespace reprise::gcs {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// What a signed URL lets its holder do, and nothing else.
struct UrlWish {
  std::string method = "GET";
  std::string scheme = "https";
  std::string host;    ///< with its port, unless that is the usual one of the scheme
  std::string path;    ///< `/bucket/object`, or `/object` where the host names the bucket
  Pairs headers = {};  ///< besides `host`; a request with the URL must have exactly these
  Pairs query = {};    ///< further parameters
  std::chrono::seconds lives{60};  ///< 1 s to 7 days
};

/// The URL, signed by the account's key. Its holder can do what it names, so it must never be
/// logged.
std::string signed_url(const ServiceAccount& account, const UrlWish& wish, std::int64_t now_utc_ns);

/// One of our objects, to be read by whoever gets the URL.
struct ReadWish {
  std::string key;
  std::string content_type = {};  ///< that the answer is to have; empty: that of the object
  std::string disposition = {};   ///< Content-Disposition of the answer; empty: none
  std::chrono::seconds lives{60};
};
/// The URL of the object for GET, by its path at the bucket's endpoint.
std::string signed_read_url(const ServiceAccount& account, const Address& address,
                            const ReadWish& wish, std::int64_t now_utc_ns);

}  // namespace reprise::gcs
