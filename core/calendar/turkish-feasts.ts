/**
 * The religious feasts of Turkey. They follow the lunar calendar as the Presidency of Religious Affairs (Diyanet)
 * computes it, years ahead: https://vakithesaplama.diyanet.gov.tr/dini_gunler.php. No civil rule gives these dates,
 * so they are listed. Law 2429: Ramazan Bayramı has 3 days, Kurban Bayramı 4, and each begins on its eve at 13:00.
 */
import { formatDate, parseDate } from "./days.ts";

const feasts = [
  {
    name: "Ramazan Bayramı",
    days: 3,
    firstDays: `2000-01-08 2000-12-27 2001-12-16 2002-12-05 2003-11-25 2004-11-14 2005-11-03 2006-10-23 2007-10-12
      2008-09-30 2009-09-20 2010-09-09 2011-08-30 2012-08-19 2013-08-08 2014-07-28 2015-07-17 2016-07-05 2017-06-25
      2018-06-15 2019-06-04 2020-05-24 2021-05-13 2022-05-02 2023-04-21 2024-04-10 2025-03-30 2026-03-20 2027-03-09
      2028-02-26 2029-02-14`,
  },
  {
    name: "Kurban Bayramı",
    days: 4,
    firstDays: `2000-03-16 2001-03-05 2002-02-22 2003-02-11 2004-02-01 2005-01-20 2006-01-10 2006-12-31 2007-12-20
      2008-12-08 2009-11-27 2010-11-16 2011-11-06 2012-10-25 2013-10-15 2014-10-04 2015-09-24 2016-09-12 2017-09-01
      2018-08-21 2019-08-11 2020-07-31 2021-07-20 2022-07-09 2023-06-28 2024-06-16 2025-06-06 2026-05-27 2027-05-16
      2028-05-05 2029-04-24`,
  },
];

const dated = feasts.flatMap(({ name, days, firstDays }) =>
  firstDays.split(/\s+/).map((date) => ({ name, days, first: parseDate(date) })),
);

/** Every day of every feast, with the feast's name. */
export const feastDays: Readonly<Record<string, string>> = Object.fromEntries(
  dated.flatMap(({ name, days, first }) =>
    Array.from({ length: days }, (_, index) => [formatDate(first + index), name] as const),
  ),
);

/** The days before the feasts, on which business ends at noon. */
export const feastEves: readonly string[] = dated.map(({ first }) => formatDate(first - 1));
