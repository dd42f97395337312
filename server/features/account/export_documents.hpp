#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "domain/access/principal.hpp"
#include "platform/blob/blob.hpp"
#include "platform/database/database.hpp"

// What the database holds of one person, as documents (docs/formats/account-export.md).
namespace reprise::account {

/// A file with one JSON object per line, made of the rows of a query.
struct Document {
  const char* path;
  /// $1: the person; $2: the key after which a page begins; $3: how many rows. The first column is
  /// the key, by which the rows are ordered.
  const char* sql;
  boost::json::object (*line)(const database::Row& row);
  std::int64_t rows_at_once = 500;
};
std::span<const Document> documents();
/// Those of them that are about studies.
std::span<const Document> study_documents();

/// The file with what is there once.
inline constexpr const char* kAccountPath = "account.json";
Task<std::string> account_json(database::Database& database, access::UserId user);

/// The lines of a document, a page of rows at a time. The database and the document outlive it.
std::unique_ptr<blob::BlobSource> lines_of(database::Database& database, const Document& document,
                                           access::UserId user);

}  // namespace reprise::account
