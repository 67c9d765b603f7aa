/* ODBC 3 as unixODBC has it on 64-bit Linux: types and constants only.

   The driver manager is loaded at run time, so nothing here needs its headers or links it. SQLWCHAR has 16 bits there. */
#pragma once

typedef signed short SQLSMALLINT;
typedef unsigned short SQLUSMALLINT;
typedef int SQLINTEGER;
typedef unsigned int SQLUINTEGER;
typedef long SQLLEN;
typedef unsigned long SQLULEN;
typedef unsigned short SQLWCHAR;
typedef SQLSMALLINT SQLRETURN;
typedef void *SQLHANDLE;
typedef void *SQLPOINTER;

enum { SQL_SUCCESS = 0, SQL_SUCCESS_WITH_INFO = 1, SQL_NO_DATA = 100, SQL_NEED_DATA = 99, SQL_ERROR = -1 };
enum { SQL_HANDLE_ENV = 1, SQL_HANDLE_DBC = 2, SQL_HANDLE_STMT = 3 };
enum { SQL_ATTR_ODBC_VERSION = 200, SQL_OV_ODBC3 = 3 };
enum { SQL_ATTR_QUERY_TIMEOUT = 0, SQL_ATTR_AUTOCOMMIT = 102, SQL_ATTR_LOGIN_TIMEOUT = 103,
       SQL_ATTR_CONNECTION_TIMEOUT = 113 };
enum { SQL_DRIVER_NOPROMPT = 0, SQL_FETCH_FIRST = 2, SQL_FETCH_NEXT = 1 };
enum { SQL_COMMIT = 0, SQL_ROLLBACK = 1 };
enum { SQL_DBMS_NAME = 17, SQL_IDENTIFIER_QUOTE_CHAR = 29 };
enum { SQL_PARAM_INPUT = 1, SQL_C_WCHAR = -8, SQL_C_SBIGINT = -25, SQL_BIGINT = -5, SQL_WVARCHAR = -9 };
enum { SQL_NULL_DATA = -1, SQL_NO_TOTAL = -4 };

typedef SQLRETURN (*codbc_alloc_handle)(SQLSMALLINT, SQLHANDLE, SQLHANDLE *);
typedef SQLRETURN (*codbc_free_handle)(SQLSMALLINT, SQLHANDLE);
typedef SQLRETURN (*codbc_set_attribute)(SQLHANDLE, SQLINTEGER, SQLPOINTER, SQLINTEGER);
typedef SQLRETURN (*codbc_driver_connect)(SQLHANDLE, SQLPOINTER, SQLWCHAR *, SQLSMALLINT, SQLWCHAR *, SQLSMALLINT,
                                          SQLSMALLINT *, SQLUSMALLINT);
typedef SQLRETURN (*codbc_disconnect)(SQLHANDLE);
typedef SQLRETURN (*codbc_drivers)(SQLHANDLE, SQLUSMALLINT, SQLWCHAR *, SQLSMALLINT, SQLSMALLINT *, SQLWCHAR *,
                                   SQLSMALLINT, SQLSMALLINT *);
typedef SQLRETURN (*codbc_get_info)(SQLHANDLE, SQLUSMALLINT, SQLPOINTER, SQLSMALLINT, SQLSMALLINT *);
typedef SQLRETURN (*codbc_get_diagnostic)(SQLSMALLINT, SQLHANDLE, SQLSMALLINT, SQLWCHAR *, SQLINTEGER *, SQLWCHAR *,
                                          SQLSMALLINT, SQLSMALLINT *);
typedef SQLRETURN (*codbc_prepare)(SQLHANDLE, SQLWCHAR *, SQLINTEGER);
typedef SQLRETURN (*codbc_statement)(SQLHANDLE);
typedef SQLRETURN (*codbc_bind_parameter)(SQLHANDLE, SQLUSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLSMALLINT, SQLULEN,
                                          SQLSMALLINT, SQLPOINTER, SQLLEN, SQLLEN *);
typedef SQLRETURN (*codbc_column_count)(SQLHANDLE, SQLSMALLINT *);
typedef SQLRETURN (*codbc_row_count)(SQLHANDLE, SQLLEN *);
typedef SQLRETURN (*codbc_describe_column)(SQLHANDLE, SQLUSMALLINT, SQLWCHAR *, SQLSMALLINT, SQLSMALLINT *,
                                           SQLSMALLINT *, SQLULEN *, SQLSMALLINT *, SQLSMALLINT *);
typedef SQLRETURN (*codbc_get_data)(SQLHANDLE, SQLUSMALLINT, SQLSMALLINT, SQLPOINTER, SQLLEN, SQLLEN *);
typedef SQLRETURN (*codbc_end_transaction)(SQLSMALLINT, SQLHANDLE, SQLSMALLINT);

/* Attributes that are numbers travel as pointers. */
static inline SQLPOINTER codbc_number(SQLULEN number) { return (SQLPOINTER)number; }
