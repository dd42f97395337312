#!/bin/sh
# sbom.sh NAME VERSION: reads lines `TYPE PACKAGE VERSION [LICENCE]` (TYPE deb, npm or golang) and prints the list of the
# parts of NAME in the form of SPDX 2.3. SOURCE_DATE_EPOCH, if it is set, is the time that stands in it.
set -eu
sort -u | awk -v name="$1" -v version="$2" -v created="$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%dT%H:%M:%SZ)" '
  function package(id, name, version, licence, place) {
    printf "%s{\"SPDXID\":\"SPDXRef-%s\",\"name\":\"%s\",\"versionInfo\":\"%s\",\"downloadLocation\":\"NOASSERTION\"", comma, id, name, version
    printf ",\"licenseConcluded\":\"NOASSERTION\",\"licenseDeclared\":\"%s\",\"copyrightText\":\"NOASSERTION\",\"filesAnalyzed\":false", licence
    if (place != "") printf ",\"externalRefs\":[{\"referenceCategory\":\"PACKAGE-MANAGER\",\"referenceType\":\"purl\",\"referenceLocator\":\"%s\"}]", place
    printf "}"
    comma = ","
  }
  BEGIN {
    printf "{\"spdxVersion\":\"SPDX-2.3\",\"dataLicense\":\"CC0-1.0\",\"SPDXID\":\"SPDXRef-DOCUMENT\",\"name\":\"%s-%s\"", name, version
    printf ",\"documentNamespace\":\"https://reprise.invalid/sbom/%s/%s/%s\",\"creationInfo\":{\"created\":\"%s\",\"creators\":[\"Tool: deploy/sbom.sh\"]},\"packages\":[", name, version, created, created
    package("reprise", "reprise", version, "MIT", "")
  }
  {
    licence = $4
    for (i = 5; i <= NF; i++) licence = licence " " $i
    # Other texts are no expressions of SPDX.
    if (licence !~ /^[A-Za-z0-9.+() -]+$/ || licence == "public domain" || licence == "see package" || licence == "") licence = "NOASSERTION"
    place = $2
    sub(/^@/, "%40", place)
    place = "pkg:" ($1 == "deb" ? "deb/debian" : $1) "/" place "@" $3
    gsub(/\+/, "%2B", place)
    package(++count, $2, $3, licence, place)
  }
  END {
    printf "],\"relationships\":[{\"spdxElementId\":\"SPDXRef-DOCUMENT\",\"relationshipType\":\"DESCRIBES\",\"relatedSpdxElement\":\"SPDXRef-reprise\"}"
    for (i = 1; i <= count; i++) printf ",{\"spdxElementId\":\"SPDXRef-reprise\",\"relationshipType\":\"DEPENDS_ON\",\"relatedSpdxElement\":\"SPDXRef-%d\"}", i
    printf "]}\n"
  }'
