/** The API as types, written by `npm run client` from its description. Not to be edited by hand. */

export interface paths {
  '/api/openapi.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** This description */
    get: operations['describeApi']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/livez': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Whether the process is alive */
    get: operations['isAlive']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/readyz': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether the process may be sent requests
     * @description State reachable and not stopping. Broker and warehouse are left out on purpose.
     */
    get: operations['isReady']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** How the process is doing, for Prometheus */
    get: operations['scrapeMetrics']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/session': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Who is signed in, and the CSRF token of the session */
    get: operations['getSession']
    put?: never
    /**
     * Signs in with e-mail and password
     * @description Sets the session cookie. Attempts are throttled per address and per person.
     */
    post: operations['signIn']
    /** Signs out; the session ends everywhere it is used */
    delete: operations['signOut']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/session/demo': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The demo people of an embedded installation; none anywhere else */
    get: operations['listDemoPeople']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/session/ways': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * How people sign in here
     * @description With a password, at the issuer of OpenID Connect where there is one; and where mails about forgotten passwords go.
     */
    get: operations['listSignInWays']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/session/oidc/start': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Sends a browser to the issuer of OpenID Connect
     * @description For browsers: by the authorization code with PKCE. `next` is an address within the portal to come back to; any other counts as none. `not_found` where no issuer is configured.
     */
    get: operations['signInElsewhere']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/session/oidc/callback': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Where the issuer of OpenID Connect sends browsers back to
     * @description Signs in and leads into the portal, or to the sign-in page with a `problem`: `unreachable`, `lapsed`, `denied`, `failed`, `no_email`, `no_role`, `account_exists` or `disabled`. What the issuer says beyond the described parameters is ignored.
     */
    get: operations['comeBackFromElsewhere']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/session/oidc/out': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Sends a browser to the issuer of OpenID Connect to sign out there
     * @description For browsers, after signing out here; leads back to the sign-in page, with the `problem` `no_sign_out` where the issuer has no such thing.
     */
    get: operations['signOutElsewhere']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Every metric and dimension there is, with definitions in both languages
     * @description Needs the permission `orders.read`.
     */
    get: operations['getCatalogue']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/metrics/query': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Answers up to twenty questions, in their order
     * @description One question alone can be had as a table: name its media type in the Accept header. The value of a group equals the number of rows of its drill. With `descriptors`, every number comes with a text that opens as its rows, for whoever has it and may see them. While the warehouse is away, who says `or_kept` is given an answer of the last 15 minutes, where there is one within the same scope: `kept` tells when it was read, and the window of each question, whose end may be earlier than was asked for.
     *
     *     Needs the permission `orders.read`.
     */
    post: operations['queryMetrics']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/drill': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The rows behind a number that was passed on
     * @description Which rows there are is what the number was made of, as far as whoever asks may see them.
     *
     *     Needs the permission `orders.read`.
     */
    get: operations['openDescriptor']
    put?: never
    /**
     * The rows behind a mark
     * @description Ask with the metric, window and filters of the mark; `total`, `orders` and `value` equal what it showed. With `descriptor`, the number comes with a text that opens as the same rows.
     *
     *     Needs the permission `orders.read`.
     */
    post: operations['drill']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/explain': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * What moved a metric, by value of each dimension
     * @description The changes of the values and of the rest add up to the change. With `descriptors`, either side of every part comes with a text that opens as its rows.
     *
     *     Needs the permission `orders.read`.
     */
    post: operations['explain']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/spikes': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * A count over time, what is usual for each hour or day, and its spikes
     * @description Needs the permission `orders.read`.
     */
    post: operations['courseWithSpikes']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/drill/export': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * All rows behind a mark as a file, as they are read; written to the audit
     * @description CSV unless the Accept header names another. `limit` and `offset` say nothing here. More than 200,000 rows (50,000 as a workbook) are refused with `export_too_large`: ask for them by POST /api/exports.
     *
     *     Needs the permission `orders.export`.
     */
    post: operations['exportDrill']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/boards': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * All boards, without their tiles
     * @description Needs the permission `orders.read`.
     */
    get: operations['listBoards']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/boards/{slug}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One board with its tiles
     * @description Needs the permission `orders.read`.
     */
    get: operations['getBoard']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/dimensions/{name}/values': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Values of a dimension within your scope, most frequent first, at most 200
     * @description Needs the permission `orders.read`.
     */
    get: operations['listDimensionValues']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/orders/{order_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One order's whole life
     * @description Needs the permission `orders.read`.
     */
    get: operations['getOrder']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/orders/{order_id}/raw': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The landed bytes of an order's events
     * @description Needs the permission `orders.read`.
     */
    get: operations['listOrderMessages']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/orders/{order_id}/related': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Other orders of the same cart, coupon or buyer
     * @description Those the caller may see, as they stand now, the newest first.
     *
     *     Needs the permission `orders.read`.
     */
    get: operations['listRelatedOrders']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/orders/{order_id}/reveal': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * One landed message of an order as it was sent, personal data included
     * @description Says why, and is written to the audit before it is shown. So many an hour and person.
     *
     *     Needs the permission `personal.reveal`.
     */
    post: operations['revealOrderMessage']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/people': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Everybody, disabled ones included
     * @description Needs the permission `people.manage`.
     */
    get: operations['listPeople']
    put?: never
    /**
     * Adds a person, and makes the link by which they set their password
     * @description Needs the permission `people.manage`.
     */
    post: operations['addPerson']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/people/{person_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    /**
     * Changes what is named, and ends the sessions of that person
     * @description Needs the permission `people.manage`.
     */
    patch: operations['changePerson']
    trace?: never
  }
  '/api/people/{person_id}/link': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Makes a new link to set a password; older ones are void
     * @description Needs the permission `people.manage`.
     */
    post: operations['makePasswordLink']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/people/{person_id}/mail': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The mail with their link for a new password, where mails become files
     * @description There is one while the link in it is good. Opening it is in the audit.
     *
     *     Needs the permission `people.manage`.
     */
    get: operations['openResetMail']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/session/password': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sets a password by such a link, once */
    post: operations['setPassword']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/session/reset': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Asks for a mail with a link to set a new password
     * @description The answer is the same, and as quick, whether there is such a person or not. Requests are throttled per address and per person.
     */
    post: operations['askForPassword']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/keys': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Your keys, the newest first; those of everybody for who manages people */
    get: operations['listKeys']
    put?: never
    /**
     * Makes a key, and tells its secret, which is never told again
     * @description It may do and see no more than you, now and later. It lasts 90 days unless `expires_at` says otherwise, 366 at most.
     */
    post: operations['makeKey']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/keys/{key_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Revokes a key: it is refused from the next request on, and streams it opened end within seconds */
    delete: operations['revokeKey']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/search': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Finds orders by whatever a customer may name
     * @description Needs the permission `orders.read`.
     */
    get: operations['search']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/queue': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Anomalies that wait for somebody, the worst and the first due before others
     * @description Needs the permission `orders.read`.
     */
    get: operations['listQueue']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/sources/silent': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Sources from which nothing comes although they usually speak, and the rules that wait for them
     * @description Needs the permission `orders.read`.
     */
    get: operations['listSilentSources']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/incidents': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Incidents: anomalies of one kind and one cause, more than is usual
     * @description A person whose scope is not everything sees the members in scope only, and neither `expected` nor `score`.
     *
     *     Needs the permission `orders.read`.
     */
    get: operations['listIncidents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/incidents/{incident_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One incident: its course against what is usual
     * @description Needs the permission `orders.read`.
     */
    get: operations['getIncident']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/incidents/{incident_id}/members': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The anomalies of an incident, the latest first
     * @description Needs the permission `orders.read`.
     */
    get: operations['listIncidentMembers']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/rules': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The thresholds in effect, in the order in which they are looked up
     * @description Needs the permission `orders.read`.
     */
    get: operations['listRules']
    put?: never
    /**
     * Saves a threshold whose effect was tried out
     * @description Needs the permission `rules.change`.
     */
    post: operations['saveRule']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/rules/{rule_row}/versions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Every version of a threshold the shop set itself
     * @description Needs the permission `orders.read`.
     */
    get: operations['listRuleVersions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/rules/trials': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Runs a proposed threshold over past orders and compares
     * @description Needs the permission `rules.change`.
     */
    post: operations['tryRule']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/rules/trials/{trial_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The outcome of a back-test, as far as you may see its orders
     * @description Needs the permission `orders.read`.
     */
    get: operations['getTrial']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/rules/trials/{trial_id}/orders': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The orders behind a number of a back-test
     * @description Needs the permission `orders.read`.
     */
    get: operations['listTrialOrders']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/calendars': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The calendars in whose hours rules count, and the promotions that rules may be for
     * @description Needs the permission `orders.read`.
     */
    get: operations['listCalendars']
    put?: never
    /**
     * Saves a change of a calendar or promotion whose effect was looked at
     * @description Needs the permission `rules.change`.
     */
    post: operations['saveCalendar']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/calendars/trials': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * What a changed calendar or promotion does to open promises, or would have done to past orders
     * @description Its outcome opens by `/api/rules/trials/{trial_id}` and `/api/rules/trials/{trial_id}/orders`, as that of a rule.
     *
     *     Needs the permission `rules.change`.
     */
    post: operations['tryCalendar']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/orders/{order_id}/actions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What you may do to an order now, why not what you may not, and what was done
     * @description While the warehouse is away, by what was known of the order when you or somebody who sees the same rows opened it within the last 12 hours: `kept_at` tells when.
     *
     *     Needs the permission `orders.read`.
     */
    get: operations['listActions']
    put?: never
    /**
     * Does something to an order, once
     * @description Answered when it is written down; its outcome comes with the events of the system that carries it out. The same key with the same body answers the same action. While the warehouse is away what people ask for by facts that were kept is `parked`: it is judged again by the facts as they are when the warehouse is back, and then leaves or ends as `failed` with the reason in `detail`. Keys are told to come again.
     *
     *     Needs the permission `orders.read`.
     */
    post: operations['act']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/audit': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Who did what, the newest first
     * @description Everybody reads what was done to an order they may see. The whole of it, and who looked at what (`view.…`), needs the permission `audit.read`.
     *
     *     Needs the permission `orders.read`.
     */
    get: operations['listAudit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/audit/chain': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether the chain of the audit holds
     * @description The last word of this process. Where it is older than an hour another check begins; ask again while `is_checking`. Keep `newest` elsewhere: a chain that was written anew as a whole does not have it.
     *
     *     Needs the permission `audit.read`.
     */
    get: operations['checkAudit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/health': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Everything about the health of the data at once
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['getDataHealth']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/balance': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What landed against what became of it, counted exactly
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['getBalance']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/rate': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Messages that landed and were derived over the last hours
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['getLandingRate']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/storage': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What the tables take, and what is free
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['getStorage']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/models': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Seeds and models in build order, with their last build and lineage
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['listModels']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/models/{name}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One model in full: columns, tests and its statement
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['getModel']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/dead-letters': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What could not become an event, in groups
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['listDeadLetterGroups']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/dead-letters/messages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Dead letters one by one, the latest first
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['listDeadLetters']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/dead-letters/reveal': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * The bytes of a message; each look is written to the audit
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    post: operations['revealMessage']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/audit/findings': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What the audit of a stream found amiss
     * @description For people who see all channels and regions.
     *
     *     Needs the permission `data.read`.
     */
    get: operations['listAuditFindings']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/replays': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Derives dead letters again
     * @description Needs the permission `data.operate`.
     */
    post: operations['startReplay']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/replays/{job_id}/stop': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Stops a replay that runs
     * @description Needs the permission `data.operate`.
     */
    post: operations['stopReplay']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/breakers/hold': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Derives a topic for an hour although much of it is rejected
     * @description Needs the permission `data.operate`.
     */
    post: operations['holdBreaker']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/data/away': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Parts of the installation that are away while the rest goes on
     * @description `redis`: due work is found by sweeping. `room`: the disk of the warehouse is nearly full, and nothing lands. Answered without the warehouse.
     *
     *     Needs the permission `data.operate`.
     */
    get: operations['listAway']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What changed, as server-sent events
     * @description All of it is within your scope, except for the clock of the data. A comment comes every 15 seconds. The stream ends with the session, and when your role or scope changes; whoever comes back with the id of the last event gets what came meanwhile, or `reset`.
     *
     *     Needs the permission `orders.read`.
     */
    get: operations['watch']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/ingest/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Lands events
     * @description One CloudEvent, a JSON array of them, one per line (NDJSON), or one in binary mode (`ce-` headers). Answered when they are durable. With `idempotency-key` or `x-batch-id` the same request may be repeated: it is answered with status 200, the first receipt and `idempotent-replayed: true`; other content under the same id is refused with 409. Bodies may be gzip, deflate or br, at most 8 MiB unpacked.
     */
    post: operations['landEvents']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/ingest/webhooks/{endpoint}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Lands a webhook of a platform
     * @description Shopify, WooCommerce, Stripe, Adyen and EasyPost, for the endpoints of INGEST_WEBHOOKS. The request must carry the platform's own signature over its bytes; any body is landed as it came, at most 5 MiB. Answered with 200 when it is durable.
     */
    post: operations['landWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/reports/definitions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The reports that can be subscribed to
     * @description Needs the permission `orders.read`.
     */
    get: operations['listReportDefinitions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/reports': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Your subscriptions, and those that are sent to you
     * @description Needs the permission `orders.read`.
     */
    get: operations['listReports']
    put?: never
    /**
     * Subscribes people of this installation to a report
     * @description Each recipient gets the numbers of their own scope.
     *
     *     Needs the permission `orders.read`.
     */
    post: operations['createReport']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/reports/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One subscription
     * @description Needs the permission `orders.read`.
     */
    get: operations['getReport']
    put?: never
    post?: never
    /**
     * Ends a subscription
     * @description Needs the permission `orders.read`.
     */
    delete: operations['deleteReport']
    options?: never
    head?: never
    /**
     * Changes what is named, and nothing else
     * @description Needs the permission `orders.read`.
     */
    patch: operations['changeReport']
    trace?: never
  }
  '/api/reports/{id}/preview': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The e-mail as you would receive it now
     * @description Needs the permission `orders.read`.
     */
    get: operations['previewReport']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/reports/{id}/send': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Sends once now, outside the rhythm
     * @description Needs the permission `orders.read`.
     */
    post: operations['sendReport']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/reports/{id}/occurrences': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * When it was due and what became of it, the latest first
     * @description Needs the permission `orders.read`.
     */
    get: operations['listOccurrences']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/deliveries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * E-mails that were sent or are to be sent, the latest first
     * @description Needs the permission `orders.read`.
     */
    get: operations['listDeliveries']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/deliveries/{id}/eml': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The e-mail that was sent, where it is kept
     * @description Needs the permission `orders.read`.
     */
    get: operations['getDeliveryMail']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/exports': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Your own exports of the last week, the newest first
     * @description Needs the permission `orders.export`.
     */
    get: operations['listExports']
    put?: never
    /**
     * All rows behind a number as a file, however many, made in the background; written to the audit
     * @description Three of one person wait or are made at once. The file is made with the scope its owner has then, and kept for a day. A workbook goes on in a second sheet after 1,048,575 rows.
     *
     *     Needs the permission `orders.export`.
     */
    post: operations['createExport']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/exports/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * How far one of your exports is
     * @description Needs the permission `orders.export`.
     */
    get: operations['getExport']
    put?: never
    post?: never
    /**
     * Ends an export and removes its file
     * @description Needs the permission `orders.export`.
     */
    delete: operations['cancelExport']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/exports/{id}/file': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The file, as long as you may see all that is in it; written to the audit
     * @description Takes a `Range` of bytes, with `If-Range` where wanted.
     *
     *     Needs the permission `orders.export`.
     */
    get: operations['downloadExport']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    Action: {
      id: string
      kind: components['schemas']['ActionKind']
      order_id: string
      payment_id: string
      amount: number
      currency: string
      reason: string
      state: components['schemas']['ActionState']
      requested_by: string
      requested_by_name: string
      requested_at: string
      settled_at: string | null
      detail: string
    }
    ActionBody: {
      kind: components['schemas']['ActionKind']
      payment_id?: string
      amount?: number
      reason: string
    }
    /** @enum {string} */
    ActionKind: 'cancel_order' | 'refund_payment'
    /** @enum {string} */
    ActionState: 'parked' | 'queued' | 'sent' | 'succeeded' | 'failed' | 'in_doubt'
    Anomaly: {
      anomaly_id: string
      anomaly_type: string
      category: string
      level: string
      severity: string
      status: string
      attached_to_type: string
      attached_to_id: string
      at_risk_at: string | null
      opened_at: string | null
      due_at: string | null
      escalated_at: string | null
      resolved_at: string | null
      resolver: string
      returns: number
      exposure_amount: number
      currency: string
      threshold_snapshot: string
      evidence_event_ids: string[]
      incident_id: string
    }
    ApiKey: {
      id: string
      prefix: string
      name: string
      person_id: string
      person_name: string
      permissions: (
        | 'orders.read'
        | 'orders.export'
        | 'orders.cancel'
        | 'payments.refund'
        | 'data.read'
        | 'audit.read'
      )[]
      scope: components['schemas']['RowScope']
      /** @enum {string} */
      state: 'active' | 'expired' | 'revoked' | 'disabled'
      created_at: string
      expires_at: string
      revoked_at: string | null
      used_at: string | null
      used_from: string | null
    }
    AuditChain: {
      is_checking: boolean
      checked_at: string | null
      entries: number
      broken_at: string | null
      newest: {
        seq: string
        hash: string
      } | null
    }
    AuditEntry: {
      seq: string
      at: string
      person_id: string
      person_name: string
      verb: string
      subject: string
      order_id: string | null
      detail: {
        [key: string]: unknown
      }
    }
    AuditSummary: {
      last_round_at: string | null
      clean_since: string | null
      faulty_since: string | null
      rounds: number
      streams: number
      batches: number
      rows: number
      broker_checked: number
      lost: number
      doubled: number
      altered: number
      unaccounted: number
      broker_differing: number
      faults: components['schemas']['AuditedStream'][]
    }
    AuditedStream: {
      topic: string
      partition: number
      epoch: string
      audited_at: string
      batches: number
      rows: number
      first_offset: string
      last_offset: string
      gaps: number
      missing: number
      doubled: number
      altered: number
      unaccounted: number
      broker_checked: number
      broker_differing: number
    }
    Balance: {
      landed: number
      events: number
      dead_letters: number
      set_aside: number
      waiting: number
      reference: number
      missing: number
      surplus: number
      exact: boolean
      balanced: boolean
      at: string
      topics: components['schemas']['TopicBalance'][]
    }
    Board: {
      slug: string
      title: components['schemas']['Localized']
      description: components['schemas']['Localized']
      filters: string[]
      /** @enum {string} */
      default_window: '24h' | '7d' | '30d' | '90d'
      tiles: components['schemas']['Tile'][]
    }
    Breaker: {
      topic: string
      /** @enum {string} */
      state: 'open' | 'closed' | 'held'
      messages: number
      rejected: number
      detail: string
      changed_by: string
      changed_at: string
    }
    Catalogue: {
      metrics: components['schemas']['MetricCard'][]
      dimensions: components['schemas']['DimensionCard'][]
    }
    /** @enum {string} */
    Counted:
      | 'anomaly'
      | 'order'
      | 'line'
      | 'payment'
      | 'parcel'
      | 'refund'
      | 'cost'
      | 'action'
      | 'contact'
      | 'review'
      | 'promise'
      | 'step'
      | 'record'
      | 'incident'
      | 'buyer'
      | 'cause'
    DataHealth: {
      at: string
      data_as_of: string
      last_tick: {
        at: string
        ms: number
        orders: number
      } | null
      balance: components['schemas']['Balance']
      audit: components['schemas']['AuditSummary']
      sources: components['schemas']['DataSource'][]
      systems: components['schemas']['HeardSystem'][]
      breakers: {
        topic: string
        /** @enum {string} */
        state: 'open' | 'closed' | 'held'
        messages: number
        rejected: number
        detail: string
        changed_by: string
        changed_at: string
        waiting: number
      }[]
      set_aside: {
        topic: string
        format: string
        kind: string
        n: number
        last_at: string
      }[]
      jobs: components['schemas']['IngestJob'][]
      dead_by_reason: {
        reason: string
        n: number
      }[]
      can_replay: boolean
    }
    DataSource: {
      topic: string
      /** @enum {string} */
      kind: 'kafka' | 'http' | 'webhook' | 'file' | 'simulator' | 'portal'
      formats: string[]
      landed: number
      dead_letters: number
      waiting: number
      per_second: number
      minutes: number[]
      last_landed_at: string | null
      lag: number | null
      behind_ms: number | null
      state: string
      problem: string
      streams: {
        partition: number
        epoch: string
        state: string
        problem: string
        next_offset: string
        broker_low: string | null
        broker_high: string | null
        lag: number | null
        reported_at: string
        per_second: number
      }[]
      notes: {
        noted_at: string
        partition: number
        kind: string
        range_first: string
        range_last: string
        detail: string
      }[]
    }
    Delivery: {
      id: string
      occurrence_id: string
      report_id: string
      report_title: string
      recipient: string
      message_id: string
      /** @enum {string} */
      state: 'queued' | 'sending' | 'sent' | 'in_doubt' | 'failed'
      /** @enum {string} */
      transport: 'file' | 'smtp'
      sent_at: string | null
      detail: string
      subject: string
    }
    DimensionCard: {
      name: string
      label: components['schemas']['Localized']
      description: components['schemas']['Localized']
    }
    DrillBody: {
      metric: string
      /** @default [] */
      by?: string[]
      /** @default [] */
      where?: components['schemas']['FilterInput'][]
      /** Format: date-time */
      from?: string
      /** Format: date-time */
      to?: string
      time?: string
      grain?: components['schemas']['Grain']
      /** @default UTC */
      zone?: string
      /** Format: date-time */
      as_of?: string
      /** Format: date-time */
      known_at?: string
      time_basis?: components['schemas']['TimeBasis']
      /**
       * @default natural
       * @enum {string}
       */
      order?: 'value_desc' | 'value_asc' | 'natural'
      /** @default 50 */
      limit?: number
      /**
       * @default numerator
       * @enum {string}
       */
      part?: 'numerator' | 'denominator'
      sort?: string
      /** @default true */
      descending?: boolean
      /** @default 0 */
      offset?: number
      /** @description `next_cursor` of the page before; with the same conditions as there. */
      cursor?: string
      /** @default false */
      descriptor?: boolean
    }
    DrillReply: {
      metric: string
      /** @enum {string} */
      entity:
        | 'anomaly'
        | 'order'
        | 'line'
        | 'payment'
        | 'parcel'
        | 'refund'
        | 'cost'
        | 'action'
        | 'contact'
        | 'review'
        | 'promise'
        | 'step'
        | 'record'
      counts: components['schemas']['Counted']
      total: number
      orders: number
      value: number | null
      unit: components['schemas']['Unit']
      currency: string | null
      columns: {
        name: string
        /** @enum {string} */
        type: 'text' | 'code' | 'money' | 'instant' | 'number'
      }[]
      rows: {
        [key: string]: string | number | null
      }[]
      as_of: string
      known_at?: string
      /** @description For the page after this one; null at the end. */
      next_cursor: string | null
      descriptor?: string
    }
    DrillRequest: {
      metric: string
      /** @default [] */
      by: string[]
      /** @default [] */
      where: components['schemas']['Filter'][]
      /** Format: date-time */
      from?: string
      /** Format: date-time */
      to?: string
      time?: string
      grain?: components['schemas']['Grain']
      /** @default UTC */
      zone: string
      /** Format: date-time */
      as_of?: string
      /** Format: date-time */
      known_at?: string
      time_basis?: components['schemas']['TimeBasis']
      /**
       * @default natural
       * @enum {string}
       */
      order: 'value_desc' | 'value_asc' | 'natural'
      /** @default 50 */
      limit: number
      /**
       * @default numerator
       * @enum {string}
       */
      part: 'numerator' | 'denominator'
      sort?: string
      /** @default true */
      descending: boolean
      /** @default 0 */
      offset: number
    }
    DrillRequestInput: {
      metric: string
      /** @default [] */
      by?: string[]
      /** @default [] */
      where?: components['schemas']['FilterInput'][]
      /** Format: date-time */
      from?: string
      /** Format: date-time */
      to?: string
      time?: string
      grain?: components['schemas']['Grain']
      /** @default UTC */
      zone?: string
      /** Format: date-time */
      as_of?: string
      /** Format: date-time */
      known_at?: string
      time_basis?: components['schemas']['TimeBasis']
      /**
       * @default natural
       * @enum {string}
       */
      order?: 'value_desc' | 'value_asc' | 'natural'
      /** @default 50 */
      limit?: number
      /**
       * @default numerator
       * @enum {string}
       */
      part?: 'numerator' | 'denominator'
      sort?: string
      /** @default true */
      descending?: boolean
      /** @default 0 */
      offset?: number
    }
    Error: {
      statusCode: number
      code: string
      error: string
      message: string
      requestId: string
      reason?: string
      parts?: {
        [key: string]: string | number
      }
    }
    ExplainResult: {
      metric: string
      unit: components['schemas']['Unit']
      currency: string | null
      explanations: components['schemas']['Explanation'][]
    }
    Explanation: {
      before: {
        value: number | null
        n: number
      }
      after: {
        value: number | null
        n: number
      }
      drill: {
        before: components['schemas']['DrillRequest']
        after: components['schemas']['DrillRequest']
      }
      descriptors?: {
        before: string
        after: string
      }
      dimension: string
      change: number | null
      contributions: {
        change: number
        rate: number | null
        mix: number | null
        value: string | null
        before: {
          value: number | null
          n: number
        }
        after: {
          value: number | null
          n: number
        }
        drill: {
          before: components['schemas']['DrillRequest']
          after: components['schemas']['DrillRequest']
        }
        descriptors?: {
          before: string
          after: string
        }
      }[]
      rest: {
        change: number
        rate: number | null
        mix: number | null
        values: number
        before: {
          value: number | null
          n: number
        }
        after: {
          value: number | null
          n: number
        }
        drill: {
          before: components['schemas']['DrillRequest']
          after: components['schemas']['DrillRequest']
        }
        descriptors?: {
          before: string
          after: string
        }
      } | null
    }
    Filter: {
      dimension: string
      /**
       * @default in
       * @enum {string}
       */
      op: 'in' | 'not_in'
      values: string[]
    }
    FilterInput: {
      dimension: string
      /**
       * @default in
       * @enum {string}
       */
      op?: 'in' | 'not_in'
      values: string[]
    }
    /** @enum {string} */
    Grain: 'hour' | 'day' | 'week' | 'month'
    HeardSystem: {
      source: string
      state: string
      last_event_at: string | null
      last_landed_at: string | null
      gaps: number
      gap_p50_s: number | null
      gap_p99_s: number | null
      limit_s: number | null
      silent_since: string | null
      held_until: string | null
      rules_paused: string[]
      channels: string[]
    }
    Incident: {
      incident_id: string
      anomaly_type: string
      category: string
      cause_kind: string
      cause: string
      started_at: string
      last_member_at: string
      quiet_at: string
      resolved_at: string | null
      /** @enum {string} */
      status: 'active' | 'subsiding' | 'resolved'
      members: number
      open_members: number
      orders: number
      open_orders: number
      escalated_members: number
      severity: string
      exposure: {
        currency: string
        amount: number
      }[]
      expected: number | null
      score: number | null
    }
    IncidentPage: {
      incident: components['schemas']['Incident']
      blocks: {
        from: string
        to: string
        observed: number
        expected: number | null
        at_most: number | null
        is_hot: boolean
      }[]
      hours: {
        at: string
        joined: number
        left: number
        open: number
      }[]
      data_as_of: string
    }
    /** @enum {string} */
    IncidentState: 'open' | 'resolved' | 'all'
    IngestJob: {
      job_id: string
      kind: string
      title: string
      requested_by: string
      /** @enum {string} */
      state: 'running' | 'done' | 'stopped' | 'failed' | 'interrupted'
      done: number
      total: number
      outcome: string
      detail: string
      started_at: string
      updated_at: string
    }
    LegalAction: {
      kind: components['schemas']['ActionKind']
      allowed: boolean
      reason: string
      payment_id: string
      amount: number
      currency: string
      anomaly_id: string
    }
    Line: {
      line_id: string
      sku: string
      name: string
      category: string
      seller_id: string
      seller_region: string
      quantity: number
      unit_price: number
      amount: number
      freight: number
    }
    /** @description Numbers may have changed. */
    LiveBoards: {
      /** @description What happened up to here is in the data. */
      data_as_of: string
    }
    /** @description The data's clock moved; everything of one look was told before. */
    LiveClock: {
      /** @description What happened up to here is in the data. */
      data_as_of: string
    }
    /** @description The stream begins; nothing was missed. */
    LiveHello: {
      data_as_of: string | null
    }
    /** @description Something happened to these orders, or their time came. */
    LiveOrders: {
      /** @description At most 500 of them. */
      order_ids: string[]
      /** @description False where there are more. */
      complete: boolean
    }
    /** @description The anomalies of these orders were judged: the queue, incidents and their pages. */
    LiveQueue: {
      /** @description At most 500 of them. */
      order_ids: string[]
      /** @description False where there are more. */
      complete: boolean
    }
    /** @description What happened meanwhile is not told: read anew. */
    LiveReset: {
      data_as_of: string | null
    }
    Localized: {
      en: string
      zh: string
    }
    ManagedPerson: {
      id: string
      email: string
      name: string
      role: components['schemas']['Role']
      scope: components['schemas']['RowScope']
      money_limit: number
      money_limit_day: number | null
      money_limit_customer: number | null
      is_demo: boolean
      disabled_at: string | null
      created_at: string
      has_password: boolean
      seen_at: string | null
      provider: {
        issuer: string
        subject: string
      } | null
      mail_waiting: boolean
    }
    MetricAnswer: {
      metric: string
      unit: components['schemas']['Unit']
      currency: string | null
      keys: string[]
      rows: {
        keys: (string | null)[]
        value: number | null
        n: number
        mature?: number
        descriptor?: string
      }[]
      as_of: string
      known_at?: string
      truncated: boolean
      definition: components['schemas']['Localized']
      version: string
      total?: {
        value: number | null
        n: number
        descriptor?: string
      }
      compared?: {
        from?: string
        to?: string
        as_of: string
        rows: {
          keys: (string | null)[]
          value: number | null
          n: number
          mature?: number
          descriptor?: string
        }[]
        total?: {
          value: number | null
          n: number
          descriptor?: string
        }
      }
      others?: {
        dimension: string
        besides: string[]
        keys: string[]
        rows: {
          keys: (string | null)[]
          value: number | null
          n: number
          mature?: number
          descriptor?: string
        }[]
      }
    }
    MetricCard: {
      name: string
      label: components['schemas']['Localized']
      description: components['schemas']['Localized']
      version: string
      unit: components['schemas']['Unit']
      counts: components['schemas']['Counted']
      snapshot: boolean
      /** @enum {string} */
      direction: 'up_good' | 'down_good' | 'neutral'
      times: string[]
      time_bases: components['schemas']['TimeBasis'][]
      dimensions: string[]
      maturing: boolean
      explained_by: string[]
      spiking: boolean
    }
    MetricQuery: {
      metric: string
      /** @default [] */
      by?: string[]
      /** @default [] */
      where?: components['schemas']['FilterInput'][]
      /** Format: date-time */
      from?: string
      /** Format: date-time */
      to?: string
      time?: string
      grain?: components['schemas']['Grain']
      /** @default UTC */
      zone?: string
      /** Format: date-time */
      as_of?: string
      /** Format: date-time */
      known_at?: string
      time_basis?: components['schemas']['TimeBasis']
      /**
       * @default natural
       * @enum {string}
       */
      order?: 'value_desc' | 'value_asc' | 'natural'
      /** @default 5000 */
      limit?: number
      /** @default false */
      total?: boolean
      top?: {
        dimension: string
        n: number
      }
      compare?:
        | 'previous'
        | {
            /** Format: date-time */
            from: string
            /** Format: date-time */
            to: string
          }
        | {
            /** Format: date-time */
            as_of: string
          }
    }
    Milestone: {
      /** @enum {string} */
      name: 'created' | 'paid' | 'label' | 'handed_over' | 'first_scan' | 'delivered'
      promised_at: string | null
      happened_at: string | null
      /** @enum {string} */
      state: 'done' | 'late' | 'overdue' | 'waiting' | 'skipped'
    }
    Occurrence: {
      id: string
      report_id: string
      local_date: string
      slot: string
      due_at: string
      as_of: string | null
      /** @enum {string} */
      state: 'due' | 'running' | 'done' | 'failed' | 'skipped_late'
      detail: string
    }
    OrderHeader: {
      order_id: string
      order_no: string
      channel: string
      shop_id: string
      buyer_id: string
      buyer_name: string
      region: string
      currency: string
      order_status: string
      financial_status: string
      fulfillment_status: string
      refund_status: string
      source_status: string
      amount_payable: number
      amount_paid: number
      amount_refunded: number
      amount_discount: number
      amount_items: number
      amount_freight: number
      created_at: string | null
      canceled_at: string | null
      historic: boolean
      sequence_violations: string[]
    }
    OrderPage: {
      header: components['schemas']['OrderHeader']
      milestones: components['schemas']['Milestone'][]
      promises: {
        kind: string
        attached_to_id: string
        rule_id: string
        rule_version: number
        threshold_snapshot: string
        calendar: string
        set_at: string
        at_risk_at: string
        due_at: string
        escalate_at: string
        met_at: string | null
        void_at: string | null
        met_event_id: string
        /** @enum {string} */
        state: 'kept' | 'late' | 'broken' | 'at_risk' | 'running' | 'void'
      }[]
      ledger: {
        /** @enum {string} */
        kind: 'captured' | 'refunded' | 'cost' | 'cost_reversed'
        id: string
        at: string | null
        amount: number
        currency: string
        note: string
        balance: number
      }[]
      timeline: components['schemas']['TimelineEvent'][]
      payments: components['schemas']['Payment'][]
      refunds: components['schemas']['Refund'][]
      parcels: components['schemas']['Parcel'][]
      lines: components['schemas']['Line'][]
      coupons: {
        coupon_id: string
        status: string
        amount: number
      }[]
      anomalies: components['schemas']['Anomaly'][]
      paused: components['schemas']['OrderPause'][]
      known_at: string | null
      instants: string[]
      kept_at?: string
    }
    OrderPause: {
      rule_id: string
      source: string
      /** @enum {string} */
      state: 'quiet' | 'silent' | 'catching_up'
      held_until: string
      silent_since: string
    }
    Parcel: {
      shipment_id: string
      carrier: string
      tracking_no: string
      status: string
      label_at: string | null
      handed_over_at: string | null
      first_scan_at: string | null
      last_scan_at: string | null
      delivered_at: string | null
      location: string
    }
    Payment: {
      payment_id: string
      method: string
      provider: string
      status: string
      amount: number
      at: string | null
      failed_at: string | null
      failure_code: string
      duplicate: boolean
    }
    Person: {
      id: string
      email: string
      name: string
      role: components['schemas']['Role']
      scope: components['schemas']['RowScope']
      money_limit: number
      money_limit_day: number | null
      money_limit_customer: number | null
    }
    QueueRow: {
      anomaly_id: string
      anomaly_type: string
      category: string
      level: string
      severity: string
      status: string
      attached_to_type: string
      attached_to_id: string
      at_risk_at: string | null
      opened_at: string | null
      due_at: string | null
      escalated_at: string | null
      resolved_at: string | null
      resolver: string
      returns: number
      exposure_amount: number
      currency: string
      order_id: string
      order_no: string
      channel: string
      region: string
      carrier: string
      payment_method: string
    }
    /** @enum {string} */
    QueueView: 'open' | 'at_risk' | 'money' | 'logistics' | 'escalated'
    Refund: {
      refund_id: string
      payment_id: string
      amount: number
      status: string
      channel: string
      requested_at: string | null
      settled_at: string | null
      failure_reason: string
    }
    Report: {
      title: string
      definition: string
      cron: string
      zone: string
      /** @enum {string} */
      language: 'en' | 'zh'
      /** @default [] */
      where: components['schemas']['Filter'][]
      recipients: string[]
      /** @default true */
      enabled: boolean
      id: string
      owner_id: string
      owner_name: string
      created_at: string
      next_due_at: string | null
    }
    ReportBody: {
      title: string
      definition: string
      cron: string
      zone: string
      /** @enum {string} */
      language: 'en' | 'zh'
      /** @default [] */
      where?: components['schemas']['FilterInput'][]
      recipients: string[]
      /** @default true */
      enabled?: boolean
    }
    /** @enum {string} */
    Role: 'manager' | 'agent' | 'lead' | 'finance' | 'operator' | 'admin'
    RowScope: {
      channels: 'all' | string[]
      regions: 'all' | string[]
      /** @default all */
      shops: 'all' | string[]
      /** @default all */
      anomaly_types: 'all' | string[]
    }
    RowScopeInput: {
      channels: 'all' | string[]
      regions: 'all' | string[]
      /** @default all */
      shops?: 'all' | string[]
      /** @default all */
      anomaly_types?: 'all' | string[]
    }
    RuleDraft: {
      /** @description the rule it is a threshold of, such as not_shipped */
      rule: string
      /** @default * */
      channel?: string
      /** @default * */
      region?: string
      /** @default * */
      payment_method?: string
      /** @default * */
      carrier?: string
      /** @default * */
      product_category?: string
      /** @default * */
      currency?: string
      /**
       * @description least payable amount, in minor units of the currency
       * @default 0
       */
      amount_from?: number
      /**
       * @description the payable amount from which on it does not hold any more
       * @default null
       */
      amount_until?: number | null
      /** @default * */
      promotion?: string
      /**
       * @description in whose hours the allowance passes
       * @default 24x7
       */
      calendar?: string
      /**
       * @description null: as the default
       * @default null
       */
      allowance_s?: number | null
      /** @default null */
      at_risk_share?: number | null
      /** @default null */
      escalate_factor?: number | null
      /** @default null */
      tolerance_minor?: number | null
      /** @default null */
      limit_count?: number | null
      /** @default null */
      window_s?: number | null
      /**
       * Format: date-time
       * @description orders whose clock starts from here on
       */
      valid_from: string
      /** @default null */
      valid_until?: string | null
      /**
       * @description where the threshold comes from
       * @default
       */
      note?: string
    }
    RuleProposal: {
      draft: components['schemas']['RuleDraft']
      /** @default null */
      rule_row?: string | null
      /** @default 0 */
      expected_version?: number
      /** @default false */
      is_retired?: boolean
    }
    RuleVersion: {
      rule: string
      kind: string
      category: string
      rule_row: string
      is_own: boolean
      version: number
      channel: string
      region: string
      payment_method: string
      carrier: string
      product_category: string
      currency: string
      amount_from: number
      amount_until: number | null
      promotion: string
      calendar: string
      allowance_s: number
      at_risk_share: number
      escalate_factor: number
      tolerance_minor: number
      limit_count: number
      window_s: number
      valid_from: string | null
      valid_until: string | null
      threshold_source: string
      saved_by_name: string
      saved_at: string
    }
    SavedRule: {
      /** @description the rule it is a threshold of, such as not_shipped */
      rule: string
      /** @default * */
      channel: string
      /** @default * */
      region: string
      /** @default * */
      payment_method: string
      /** @default * */
      carrier: string
      /** @default * */
      product_category: string
      /** @default * */
      currency: string
      /**
       * @description least payable amount, in minor units of the currency
       * @default 0
       */
      amount_from: number
      /**
       * @description the payable amount from which on it does not hold any more
       * @default null
       */
      amount_until: number | null
      /** @default * */
      promotion: string
      /**
       * @description in whose hours the allowance passes
       * @default 24x7
       */
      calendar: string
      /**
       * @description null: as the default
       * @default null
       */
      allowance_s: number | null
      /** @default null */
      at_risk_share: number | null
      /** @default null */
      escalate_factor: number | null
      /** @default null */
      tolerance_minor: number | null
      /** @default null */
      limit_count: number | null
      /** @default null */
      window_s: number | null
      /**
       * Format: date-time
       * @description orders whose clock starts from here on
       */
      valid_from: string
      /** @default null */
      valid_until: string | null
      /**
       * @description where the threshold comes from
       * @default
       */
      note: string
      rule_row: string
      version: number
      is_retired: boolean
      saved_by_name: string
      saved_at: string
    }
    Session: {
      person: components['schemas']['Person']
      csrf_token: string
    }
    SilentSource: {
      source: string
      /** @enum {string} */
      state: 'silent' | 'catching_up' | 'given_up'
      silent_since: string
      raised_at: string
      last_event_at: string
      gap_p99_s: number
      limit_s: number
      rules_paused: string[]
      channels: string[]
    }
    SpikeCourse: {
      metric: string
      /** @enum {string} */
      grain: 'hour' | 'day'
      fewest_weeks: number
      known_from: string | null
      buckets: {
        from: string
        to: string
        observed: number
        weeks: number
        expected: number | null
        low: number | null
        high: number | null
        score: number | null
        is_spike: boolean
      }[]
    }
    SpikeCourseRequest: {
      metric: string
      /** @default [] */
      where?: components['schemas']['FilterInput'][]
      /** @default UTC */
      zone?: string
      time?: string
      /** @default 8 */
      weeks?: number
      /** @default 5 */
      floor?: number
      /** @default 3 */
      threshold?: number
      /** Format: date-time */
      from: string
      /** Format: date-time */
      to: string
      /** @enum {string} */
      grain: 'hour' | 'day'
    }
    Tile:
      | {
          id: string
          title: components['schemas']['Localized']
          /** @default [] */
          where: components['schemas']['Filter'][]
          /** @default 6 */
          width: number
          /** @constant */
          kind: 'kpi'
          metric: string
        }
      | {
          id: string
          title: components['schemas']['Localized']
          /** @default [] */
          where: components['schemas']['Filter'][]
          /** @default 6 */
          width: number
          /** @constant */
          kind: 'series'
          metric: string
          by?: string
          /** @default auto */
          grain: components['schemas']['Grain'] | 'auto'
          /** @default true */
          stacked: boolean
          /** @default 9 */
          top: number
        }
      | {
          id: string
          title: components['schemas']['Localized']
          /** @default [] */
          where: components['schemas']['Filter'][]
          /** @default 6 */
          width: number
          /** @constant */
          kind: 'heatmap'
          metric: string
          x: string
          y: string
        }
      | {
          id: string
          title: components['schemas']['Localized']
          /** @default [] */
          where: components['schemas']['Filter'][]
          /** @default 6 */
          width: number
          /** @constant */
          kind: 'ranking'
          metric: string
          by: string
          /** @default [] */
          columns: string[]
          /** @default 8 */
          top: number
          /**
           * @default high
           * @enum {string}
           */
          worst: 'high' | 'low'
        }
    /** @enum {string} */
    TimeBasis: 'calendar' | 'business'
    TimelineEvent: {
      event_id: string
      source: string
      event_type: string
      lane: string
      occurred_at: string
      landed_at: string
      auth_type: string
      auth_id: string
      causation_id: string
      fields: {
        name: string
        value: string
      }[]
      copies: number
    }
    TopicBalance: {
      topic: string
      landed: number
      events: number
      dead_letters: number
      set_aside: number
      waiting: number
      reference: number
      missing: number
      surplus: number
    }
    Trial: {
      trial_id: string
      rule: string
      orders: number
      from: string
      to: string
      ms: number
      parts: {
        now: {
          orders: number
          cases: number
        }
        then: {
          orders: number
          cases: number
        }
        gained: {
          orders: number
          cases: number
        }
        lost: {
          orders: number
          cases: number
        }
        now_reviewed: {
          orders: number
          cases: number
        }
        then_reviewed: {
          orders: number
          cases: number
        }
        now_false: {
          orders: number
          cases: number
        }
        then_false: {
          orders: number
          cases: number
        }
        false_hits: {
          orders: number
          cases: number
        }
        now_kept: {
          orders: number
          cases: number
        }
        then_kept: {
          orders: number
          cases: number
        }
        now_broken: {
          orders: number
          cases: number
        }
        then_broken: {
          orders: number
          cases: number
        }
        now_running: {
          orders: number
          cases: number
        }
        then_running: {
          orders: number
          cases: number
        }
        promise_changed: {
          orders: number
          cases: number
        }
        due_earlier: {
          orders: number
          cases: number
        }
        due_later: {
          orders: number
          cases: number
        }
        due_changed: {
          orders: number
          cases: number
        }
      }
      money: {
        currency: string
        now: number
        then: number
      }[]
      days: {
        day: string
        now: number
        then: number
      }[]
      due_changed: {
        anomaly_type: string
        orders: number
        cases: number
      }[]
      worst: components['schemas']['TrialOrder'][]
    }
    TrialOrder: {
      order_id: string
      order_no: string
      anomaly_type: string
      channel: string
      region: string
      currency: string
      exposure_amount: number
      now_level: string
      then_level: string
      now_opened_at: string | null
      then_opened_at: string | null
      now_due_at: string | null
      then_due_at: string | null
      now_promise: string
      then_promise: string
      verdict: string
    }
    /** @enum {string} */
    TrialPart:
      | 'now'
      | 'then'
      | 'gained'
      | 'lost'
      | 'now_reviewed'
      | 'then_reviewed'
      | 'now_false'
      | 'then_false'
      | 'false_hits'
      | 'now_kept'
      | 'then_kept'
      | 'now_broken'
      | 'then_broken'
      | 'now_running'
      | 'then_running'
      | 'promise_changed'
      | 'due_earlier'
      | 'due_later'
      | 'due_changed'
    /** @enum {string} */
    Unit: 'count' | 'money' | 'share' | 'seconds' | 'number'
  }
  responses: {
    /** @description `action_refused`: the order is in no state for it; `reason` tells why · `idempotency_in_flight`: the same request is being carried out; ask again in a moment */
    'action_refused.idempotency_in_flight': {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 409
          /** @enum {unknown} */
          code?: 'action_refused' | 'idempotency_in_flight'
        }
      }
    }
    /** @description `body_too_large`: send less at once */
    body_too_large: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 413
          /** @enum {unknown} */
          code?: 'body_too_large'
        }
      }
    }
    /** @description `conflict`: somebody or something else was first; `reason` tells what */
    conflict: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 409
          /** @enum {unknown} */
          code?: 'conflict'
        }
      }
    }
    /** @description `conflict`: somebody or something else was first; `reason` tells what · `preparing`: what was known at that instant is being worked out; ask again in a moment */
    'conflict.preparing': {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 409
          /** @enum {unknown} */
          code?: 'conflict' | 'preparing'
        }
      }
    }
    /** @description `csrf_refused`: send the x-csrf-token of this session · `foreign_origin`: a page of another site may not change anything here · `not_allowed`: your role or scope does not allow it; `reason` tells which */
    'csrf_refused.foreign_origin.not_allowed': {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 403
          /** @enum {unknown} */
          code?: 'csrf_refused' | 'foreign_origin' | 'not_allowed'
        }
      }
    }
    /** @description `foreign_origin`: a page of another site may not change anything here */
    foreign_origin: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 403
          /** @enum {unknown} */
          code?: 'foreign_origin'
        }
      }
    }
    /** @description `idempotency_in_flight`: the same request is being carried out; ask again in a moment */
    idempotency_in_flight: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 409
          /** @enum {unknown} */
          code?: 'idempotency_in_flight'
        }
      }
    }
    /** @description `idempotency_mismatch`: this key came with another body before; take a new one · `result_too_large`: ask for less: a shorter window, fewer splits */
    'idempotency_mismatch.result_too_large': {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 422
          /** @enum {unknown} */
          code?: 'idempotency_mismatch' | 'result_too_large'
        }
      }
    }
    /** @description `ingest_key_refused`: send a key of INGEST_API_KEYS as bearer token */
    ingest_key_refused: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 401
          /** @enum {unknown} */
          code?: 'ingest_key_refused'
        }
      }
    }
    /** @description `internal`: our mistake; the log has the details under requestId */
    internal: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 500
          /** @enum {unknown} */
          code?: 'internal'
        }
      }
    }
    /** @description `invalid_input`: the request is not as described; `parts.fields` names what */
    invalid_input: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 400
          /** @enum {unknown} */
          code?: 'invalid_input'
        }
      }
    }
    /** @description `invalid_input`: the request is not as described; `parts.fields` names what · `idempotency_key_required`: send the header idempotency-key */
    'invalid_input.idempotency_key_required': {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 400
          /** @enum {unknown} */
          code?: 'invalid_input' | 'idempotency_key_required'
        }
      }
    }
    /** @description `invalid_input`: the request is not as described; `parts.fields` names what · `unknown_name`: a metric, dimension or other name is not known; the catalogue has them */
    'invalid_input.unknown_name': {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 400
          /** @enum {unknown} */
          code?: 'invalid_input' | 'unknown_name'
        }
      }
    }
    /** @description `not_acceptable`: none of the media types you accept can be had */
    not_acceptable: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 406
          /** @enum {unknown} */
          code?: 'not_acceptable'
        }
      }
    }
    /** @description `not_allowed`: your role or scope does not allow it; `reason` tells which */
    not_allowed: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 403
          /** @enum {unknown} */
          code?: 'not_allowed'
        }
      }
    }
    /** @description `not_found`: there is none, or it is outside what you may see */
    not_found: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 404
          /** @enum {unknown} */
          code?: 'not_found'
        }
      }
    }
    /** @description `not_signed_in`: sign in first, or send an API key that holds */
    not_signed_in: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 401
          /** @enum {unknown} */
          code?: 'not_signed_in'
        }
      }
    }
    /** @description `preparing`: what was known at that instant is being worked out; ask again in a moment */
    preparing: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 409
          /** @enum {unknown} */
          code?: 'preparing'
        }
      }
    }
    /** @description `result_too_large`: ask for less: a shorter window, fewer splits */
    result_too_large: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 422
          /** @enum {unknown} */
          code?: 'result_too_large'
        }
      }
    }
    /** @description `sign_in_failed`: e-mail or password is not right */
    sign_in_failed: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 401
          /** @enum {unknown} */
          code?: 'sign_in_failed'
        }
      }
    }
    /** @description `signature_refused`: the platform's signature does not fit the bytes; `reason` tells why */
    signature_refused: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 401
          /** @enum {unknown} */
          code?: 'signature_refused'
        }
      }
    }
    /** @description `timeout`: took too long; ask for a shorter window or fewer splits */
    timeout: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 504
          /** @enum {unknown} */
          code?: 'timeout'
        }
      }
    }
    /** @description `too_many_requests`: slow down; retry-after says for how long */
    too_many_requests: {
      headers: {
        /** @description Seconds to wait. */
        'retry-after'?: number
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 429
          /** @enum {unknown} */
          code?: 'too_many_requests'
        }
      }
    }
    /** @description `unavailable`: something behind does not answer; try again shortly */
    unavailable: {
      headers: {
        /** @description Seconds to wait. */
        'retry-after'?: number
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 503
          /** @enum {unknown} */
          code?: 'unavailable'
        }
      }
    }
    /** @description `unavailable`: something behind does not answer; try again shortly · `too_busy`: too many ask at once; retry-after says when to ask again */
    'unavailable.too_busy': {
      headers: {
        /** @description Seconds to wait. */
        'retry-after'?: number
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 503
          /** @enum {unknown} */
          code?: 'unavailable' | 'too_busy'
        }
      }
    }
    /** @description `unsupported_media_type`: send the body as described */
    unsupported_media_type: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error'] & {
          /** @constant */
          statusCode?: 415
          /** @enum {unknown} */
          code?: 'unsupported_media_type'
        }
      }
    }
  }
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  describeApi: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description This description */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            openapi: string
          } & {
            [key: string]: unknown
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  isAlive: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Whether the process is alive */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'ok'
          }
        }
      }
      400: components['responses']['invalid_input']
      500: components['responses']['internal']
    }
  }
  isReady: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Whether the process may be sent requests */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'ok'
          }
        }
      }
      400: components['responses']['invalid_input']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  scrapeMetrics: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description How the process is doing, for Prometheus */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/plain': string
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getSession: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Who is signed in, and the CSRF token of the session */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Session']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  signIn: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          email: string
          password: string
        }
      }
    }
    responses: {
      /** @description Signs in with e-mail and password */
      200: {
        headers: {
          /** @description The session: HttpOnly, SameSite=Strict. */
          'set-cookie'?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Session']
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['sign_in_failed']
      403: components['responses']['foreign_origin']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  signOut: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done; nothing to tell. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listDemoPeople: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The demo people of an embedded installation; none anywhere else */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            email: string
            password: string
            name: string
            role: components['schemas']['Role']
            about: {
              en: string
              zh: string
            }
          }[]
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
    }
  }
  listSignInWays: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description How people sign in here */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            provider: {
              name: string | null
            } | null
            /** @enum {string} */
            passwords: 'everybody' | 'admin'
            /** @enum {string} */
            mail: 'smtp' | 'file'
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
    }
  }
  signInElsewhere: {
    parameters: {
      query?: {
        /** @example /queue?view=escalated */
        next?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description To the issuer, into the portal, or to the sign-in page with a `problem`. */
      302: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  comeBackFromElsewhere: {
    parameters: {
      query?: {
        code?: string
        state?: string
        iss?: string
        error?: string
        error_description?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description To the issuer, into the portal, or to the sign-in page with a `problem`. */
      302: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  signOutElsewhere: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description To the issuer, into the portal, or to the sign-in page with a `problem`. */
      302: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
    }
  }
  getCatalogue: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Every metric and dimension there is, with definitions in both languages */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Catalogue']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  queryMetrics: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          requests: components['schemas']['MetricQuery'][]
          /** @default false */
          descriptors?: boolean
          /** @default false */
          or_kept?: boolean
        }
      }
    }
    responses: {
      /** @description Answers up to twenty questions, in their order */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            results: components['schemas']['MetricAnswer'][]
            data_as_of: string
            kept?: {
              at: string
              counted_in: {
                from?: string
                to?: string
                as_of?: string
              }[]
            }
          }
          'text/csv': string
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': unknown
          'application/vnd.apache.arrow.stream': unknown
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      406: components['responses']['not_acceptable']
      409: components['responses']['preparing']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  openDescriptor: {
    parameters: {
      query: {
        /**
         * @description As POST /api/metrics/query or POST /api/drill told it.
         * @example eyJ2ZXJzaW9uIjoiMWYwYyJ9.c2lnbmVk
         */
        descriptor: string
        /** @description Left out, it is the part that the number was made of. */
        part?: 'numerator' | 'denominator'
        sort?: string
        /** @description 1 sorts the smallest first. */
        ascending?: '1'
        limit?: number
        offset?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The rows behind a number that was passed on */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            metric: string
            /** @enum {string} */
            entity:
              | 'anomaly'
              | 'order'
              | 'line'
              | 'payment'
              | 'parcel'
              | 'refund'
              | 'cost'
              | 'action'
              | 'contact'
              | 'review'
              | 'promise'
              | 'step'
              | 'record'
            counts: components['schemas']['Counted']
            total: number
            orders: number
            value: number | null
            unit: components['schemas']['Unit']
            currency: string | null
            columns: {
              name: string
              /** @enum {string} */
              type: 'text' | 'code' | 'money' | 'instant' | 'number'
            }[]
            rows: {
              [key: string]: string | number | null
            }[]
            as_of: string
            known_at?: string
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
            asked: {
              metric: string
              /** @default [] */
              by: string[]
              /** @default [] */
              where: components['schemas']['Filter'][]
              /** Format: date-time */
              from?: string
              /** Format: date-time */
              to?: string
              time?: string
              grain?: components['schemas']['Grain']
              /** @default UTC */
              zone: string
              /** Format: date-time */
              as_of?: string
              /** Format: date-time */
              known_at?: string
              time_basis?: components['schemas']['TimeBasis']
              /**
               * @default natural
               * @enum {string}
               */
              order: 'value_desc' | 'value_asc' | 'natural'
              /**
               * @default numerator
               * @enum {string}
               */
              part: 'numerator' | 'denominator'
              sort?: string
              /** @default true */
              descending: boolean
            }
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict.preparing']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  drill: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DrillBody']
      }
    }
    responses: {
      /** @description The rows behind a mark */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DrillReply']
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      409: components['responses']['preparing']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  explain: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          metric: string
          dimensions: string[]
          /** @default [] */
          where?: components['schemas']['FilterInput'][]
          before: {
            /** Format: date-time */
            from?: string
            /** Format: date-time */
            to?: string
            /** Format: date-time */
            as_of?: string
            /** @default [] */
            where?: components['schemas']['FilterInput'][]
          }
          after: {
            /** Format: date-time */
            from?: string
            /** Format: date-time */
            to?: string
            /** Format: date-time */
            as_of?: string
            /** @default [] */
            where?: components['schemas']['FilterInput'][]
          }
          time?: string
          /** @default UTC */
          zone?: string
          time_basis?: components['schemas']['TimeBasis']
          /** @default 20 */
          limit?: number
          /** @default false */
          descriptors?: boolean
        }
      }
    }
    responses: {
      /** @description What moved a metric, by value of each dimension */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ExplainResult']
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      409: components['responses']['preparing']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  courseWithSpikes: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SpikeCourseRequest']
      }
    }
    responses: {
      /** @description A count over time, what is usual for each hour or day, and its spikes */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SpikeCourse']
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      409: components['responses']['preparing']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  exportDrill: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DrillRequestInput']
      }
    }
    responses: {
      /** @description All rows behind a mark as a file, as they are read; written to the audit */
      200: {
        headers: {
          /** @description attachment, with a name for the file */
          'content-disposition'?: string
          [name: string]: unknown
        }
        content: {
          'text/csv': string
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': unknown
          'application/vnd.apache.arrow.stream': unknown
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      406: components['responses']['not_acceptable']
      409: components['responses']['preparing']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listBoards: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description All boards, without their tiles */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            slug: string
            title: components['schemas']['Localized']
            description: components['schemas']['Localized']
          }[]
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getBoard: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example overview */
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One board with its tiles */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Board']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listDimensionValues: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /**
         * @description A dimension of the catalogue.
         * @example channel
         */
        name: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Values of a dimension within your scope, most frequent first, at most 200 */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            dimension: string
            values: {
              value: string
              n: number
            }[]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getOrder: {
    parameters: {
      query?: {
        /** @description Tells the order as it was known at this instant; left out, as it is known now. */
        known_at?: string
        /** @description `1` takes an answer of the last 15 minutes where the warehouse is away. */
        or_kept?: '0' | '1'
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example TM.2026010500017 */
        order_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One order's whole life */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['OrderPage']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['preparing']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listOrderMessages: {
    parameters: {
      query?: {
        /** @description Tells the order as it was known at this instant; left out, as it is known now. */
        known_at?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example TM.2026010500017 */
        order_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The landed bytes of an order's events */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            event_id: string
            event_type: string
            topic: string
            partition: number
            offset: string
            landed_at: string
            value: string
            is_hidden: boolean
          }[]
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listRelatedOrders: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example TM.2026010500017 */
        order_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Other orders of the same cart, coupon or buyer */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            orders: {
              order_id: string
              order_no: string
              common: ('cart' | 'coupon' | 'buyer')[]
              channel: string
              order_status: string
              created_at: string | null
              amount_payable: number
              currency: string
            }[]
            more: boolean
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  revealOrderMessage: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example TM.2026010500017 */
        order_id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          topic: string
          partition: number
          offset: string
          reason: string
        }
      }
    }
    responses: {
      /** @description One landed message of an order as it was sent, personal data included */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            value: string
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listPeople: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Everybody, disabled ones included */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            people: components['schemas']['ManagedPerson'][]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  addPerson: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string
          name: string
          role: components['schemas']['Role']
          scope?: components['schemas']['RowScopeInput']
          /** @default 0 */
          money_limit?: number
          /** @default null */
          money_limit_day?: number | null
          /** @default null */
          money_limit_customer?: number | null
        }
      }
    }
    responses: {
      /** @description Adds a person, and makes the link by which they set their password */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            person: components['schemas']['ManagedPerson']
            link: {
              path: string
              expires_at: string
            }
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  changePerson: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example 5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771 */
        person_id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          name?: string
          role?: components['schemas']['Role']
          scope?: components['schemas']['RowScopeInput']
          money_limit?: number
          money_limit_day?: number | null
          money_limit_customer?: number | null
          disabled?: boolean
          subject?: string
        }
      }
    }
    responses: {
      /** @description Changes what is named, and ends the sessions of that person */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ManagedPerson']
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  makePasswordLink: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example 5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771 */
        person_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Makes a new link to set a password; older ones are void */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            person: components['schemas']['ManagedPerson']
            link: {
              path: string
              expires_at: string
            }
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  openResetMail: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example 5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771 */
        person_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The mail with their link for a new password, where mails become files */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          /** @description attachment, with a name for the file */
          'content-disposition'?: string
          [name: string]: unknown
        }
        content: {
          'message/rfc822': string
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  setPassword: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          token: string
          password: string
        }
      }
    }
    responses: {
      /** @description Done; nothing to tell. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      403: components['responses']['foreign_origin']
      404: components['responses']['not_found']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  askForPassword: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          email: string
          /**
           * @default en
           * @enum {string}
           */
          language?: 'en' | 'zh'
        }
      }
    }
    responses: {
      /** @description Done; nothing to tell. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      403: components['responses']['foreign_origin']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listKeys: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Your keys, the newest first; those of everybody for who manages people */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            keys: components['schemas']['ApiKey'][]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  makeKey: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          name: string
          permissions: (
            | 'orders.read'
            | 'orders.export'
            | 'orders.cancel'
            | 'payments.refund'
            | 'data.read'
            | 'audit.read'
          )[]
          scope?: components['schemas']['RowScopeInput']
          /** Format: date-time */
          expires_at?: string
        }
      }
    }
    responses: {
      /** @description Makes a key, and tells its secret, which is never told again */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            key: components['schemas']['ApiKey']
            secret: string
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  revokeKey: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example 3f9a0c71b2d4 */
        key_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done; nothing to tell. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  search: {
    parameters: {
      query?: {
        /**
         * @description An order number, tracking number, name, phone tail or product; with an error or two.
         * @example 2026010500017
         */
        q?: string
        channel?: string | string[]
        region?: string | string[]
        order_status?: string | string[]
        currency?: string | string[]
        created_from?: string
        created_to?: string
        amount_from?: number
        amount_to?: number
        anomaly?: 'open'
        anomaly_type?: string | string[]
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Finds orders by whatever a customer may name */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            results: {
              order_id: string
              order_no: string
              matched: string
              kind: string
              /** @enum {string} */
              precision: 'exact' | 'part' | 'approximate'
              channel: string
              region: string
              order_status: string
              created_at: string | null
              amount_payable: number
              currency: string
            }[]
            more: boolean
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listQueue: {
    parameters: {
      query?: {
        /** @example open */
        view?: components['schemas']['QueueView']
        /**
         * @description Only anomalies of this type.
         * @example not_shipped
         */
        type?: string
        /** @description `incidents`: members of incidents are told by their incident, not one by one. */
        collapse?: 'incidents' | 'none'
        limit?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
        /** @description `1` takes an answer of the last 15 minutes where the warehouse is away. */
        or_kept?: '0' | '1'
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Anomalies that wait for somebody, the worst and the first due before others */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            incidents: components['schemas']['Incident'][]
            rows: components['schemas']['QueueRow'][]
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
            total: number
            views: {
              view: components['schemas']['QueueView']
              total: number
            }[]
            data_as_of: string
            kept_at?: string
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listSilentSources: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Sources from which nothing comes although they usually speak, and the rules that wait for them */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            sources: components['schemas']['SilentSource'][]
            data_as_of: string
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listIncidents: {
    parameters: {
      query?: {
        /** @example open */
        state?: components['schemas']['IncidentState']
        limit?: number
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Incidents: anomalies of one kind and one cause, more than is usual */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            incidents: components['schemas']['Incident'][]
            data_as_of: string
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getIncident: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example 9c1e52aa */
        incident_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One incident: its course against what is usual */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['IncidentPage']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listIncidentMembers: {
    parameters: {
      query?: {
        state?: components['schemas']['IncidentState']
        limit?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example 9c1e52aa */
        incident_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The anomalies of an incident, the latest first */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            rows: components['schemas']['QueueRow'][]
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listRules: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The thresholds in effect, in the order in which they are looked up */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            rules: components['schemas']['RuleVersion'][]
            calendars: string[]
            promotions: {
              promotion: string
              name: string
            }[]
            may_change: boolean
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  saveRule: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          proposal: components['schemas']['RuleProposal']
          trial_id: string
        }
      }
    }
    responses: {
      /** @description Saves a threshold whose effect was tried out */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SavedRule']
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listRuleVersions: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example not_shipped-8f2a */
        rule_row: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Every version of a threshold the shop set itself */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SavedRule'][]
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  tryRule: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          proposal: components['schemas']['RuleProposal']
          /** Format: date-time */
          from: string
          /** Format: date-time */
          to: string
          /** @default UTC */
          zone?: string
        }
      }
    }
    responses: {
      /** @description Runs a proposed threshold over past orders and compares */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Trial']
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getTrial: {
    parameters: {
      query?: {
        /** @example Asia/Shanghai */
        zone?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example 0f3c9a7be1d24c5f8a6b7c8d9e0f1a2b */
        trial_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The outcome of a back-test, as far as you may see its orders */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Trial']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listTrialOrders: {
    parameters: {
      query: {
        /**
         * @description Which of the counted cases.
         * @example gained
         */
        part: components['schemas']['TrialPart']
        /** @description Cases that open on this day, by the zone. */
        day?: string
        /** @example not_shipped */
        anomaly_type?: string
        /** @example Asia/Shanghai */
        zone?: string
        limit?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example 0f3c9a7be1d24c5f8a6b7c8d9e0f1a2b */
        trial_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The orders behind a number of a back-test */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            rows: components['schemas']['TrialOrder'][]
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
            orders: number
            cases: number
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listCalendars: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The calendars in whose hours rules count, and the promotions that rules may be for */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            calendars: {
              calendar: string
              version: number
              hours: {
                zone: string
                first_day: string
                last_day: string
                shifts: {
                  /** @description 1 for Monday */
                  weekday: number
                  opens: string
                  /** @description at or before it opens: on the next day */
                  closes: string
                }[]
                hours_source: string
                version: number
                saved_by_name: string
                saved_at: string
              }[]
              days: {
                day: string
                /**
                 * @description regular: as its week has it
                 * @enum {string}
                 */
                kind: 'holiday' | 'workday' | 'regular'
                works_as: number
                name: string
                note: string
                version: number
                saved_by_name: string
                saved_at: string
              }[]
              rules: string[]
              is_of_metrics: boolean
            }[]
            promotions: {
              promotion: string
              name: string
              zone: string
              periods: {
                begins: string
                ends: string
              }[]
              note: string
              rules: string[]
              version: number
              saved_by_name: string
              saved_at: string
            }[]
            may_change: boolean
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  saveCalendar: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          proposal:
            | {
                /** @enum {string} */
                of: 'calendar'
                draft: {
                  calendar: string
                  /**
                   * @description null: the week stays as it is
                   * @default null
                   */
                  hours?: {
                    /** @description a time zone such as Asia/Shanghai */
                    zone: string
                    /** Format: date */
                    valid_from: string
                    shifts: {
                      /** @description 1 for Monday */
                      weekday: number
                      opens: string
                      /** @description at or before it opens: on the next day */
                      closes: string
                    }[]
                  } | null
                  /**
                   * @description days that change; the others stay as they are
                   * @default []
                   */
                  days?: {
                    /** Format: date */
                    day: string
                    /**
                     * @description regular: as its week has it
                     * @enum {string}
                     */
                    kind: 'holiday' | 'workday' | 'regular'
                    /**
                     * @description the weekday whose shifts a workday has; else 0
                     * @default 0
                     */
                    works_as?: number
                    /** @default  */
                    name?: string
                  }[]
                  /** @description why */
                  note: string
                }
                /** @default 0 */
                expected_version?: number
              }
            | {
                /** @enum {string} */
                of: 'promotion'
                draft: {
                  promotion: string
                  name: string
                  /** @description a time zone such as Asia/Shanghai */
                  zone: string
                  /** @description when it runs, by the clock of the zone; none: never */
                  periods: {
                    begins: string
                    ends: string
                  }[]
                  /** @description why */
                  note: string
                }
                /** @default 0 */
                expected_version?: number
              }
          trial_id: string
        }
      }
    }
    responses: {
      /** @description Saves a change of a calendar or promotion whose effect was looked at */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            name: string
            version: number
            saved_by_name: string
            saved_at: string
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  tryCalendar: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          proposal:
            | {
                /** @enum {string} */
                of: 'calendar'
                draft: {
                  calendar: string
                  /**
                   * @description null: the week stays as it is
                   * @default null
                   */
                  hours?: {
                    /** @description a time zone such as Asia/Shanghai */
                    zone: string
                    /** Format: date */
                    valid_from: string
                    shifts: {
                      /** @description 1 for Monday */
                      weekday: number
                      opens: string
                      /** @description at or before it opens: on the next day */
                      closes: string
                    }[]
                  } | null
                  /**
                   * @description days that change; the others stay as they are
                   * @default []
                   */
                  days?: {
                    /** Format: date */
                    day: string
                    /**
                     * @description regular: as its week has it
                     * @enum {string}
                     */
                    kind: 'holiday' | 'workday' | 'regular'
                    /**
                     * @description the weekday whose shifts a workday has; else 0
                     * @default 0
                     */
                    works_as?: number
                    /** @default  */
                    name?: string
                  }[]
                  /** @description why */
                  note: string
                }
                /** @default 0 */
                expected_version?: number
              }
            | {
                /** @enum {string} */
                of: 'promotion'
                draft: {
                  promotion: string
                  name: string
                  /** @description a time zone such as Asia/Shanghai */
                  zone: string
                  /** @description when it runs, by the clock of the zone; none: never */
                  periods: {
                    begins: string
                    ends: string
                  }[]
                  /** @description why */
                  note: string
                }
                /** @default 0 */
                expected_version?: number
              }
          /** @default null */
          history?: {
            /** Format: date-time */
            from: string
            /** Format: date-time */
            to: string
          } | null
          /** @default UTC */
          zone?: string
        }
      }
    }
    responses: {
      /** @description What a changed calendar or promotion does to open promises, or would have done to past orders */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Trial']
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listActions: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example TM.2026010500017 */
        order_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What you may do to an order now, why not what you may not, and what was done */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            legal: components['schemas']['LegalAction'][]
            actions: components['schemas']['Action'][]
            kept_at: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  act: {
    parameters: {
      query?: never
      header: {
        /**
         * @description A UUID of your own for each action; the same one when you repeat it after a lost answer.
         * @example 7b1d8a52-6f0c-4a3e-9d55-0f2a4c9be771
         */
        'idempotency-key': string
      }
      path: {
        /** @example TM.2026010500017 */
        order_id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ActionBody']
      }
    }
    responses: {
      /** @description Does something to an order, once */
      202: {
        headers: {
          /** @description `true` where this key was answered before. */
          'idempotent-replayed'?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Action']
        }
      }
      400: components['responses']['invalid_input.idempotency_key_required']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['action_refused.idempotency_in_flight']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['idempotency_mismatch.result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listAudit: {
    parameters: {
      query?: {
        /** @example TM.2026010500017 */
        order_id?: string
        person_id?: string
        /** @description How it begins: `view.`, `session.`, `refund_payment.requested`. */
        verb?: string
        /** @description How it begins: `rule/`, `person/5b0e7a52…`. */
        subject?: string
        /**
         * @description Words, all of which stand in the person's name, the subject, the order's id or the detail (names and values), in any case.
         * @example refund wrong-size
         */
        text?: string
        /** @description Entries of this instant and after. */
        from?: string
        /** @description Entries before this instant. */
        to?: string
        limit?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Who did what, the newest first */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            entries: components['schemas']['AuditEntry'][]
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  checkAudit: {
    parameters: {
      query?: {
        /** @description 1 asks for another check at once. */
        again?: '1'
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Whether the chain of the audit holds */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AuditChain']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getDataHealth: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Everything about the health of the data at once */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DataHealth']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getBalance: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What landed against what became of it, counted exactly */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Balance']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getLandingRate: {
    parameters: {
      query?: {
        /** @example 3 */
        hours?: number
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Messages that landed and were derived over the last hours */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            step_s: number
            buckets: {
              at: string
              landed: number
              derived: number
            }[]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getStorage: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What the tables take, and what is free */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            disk: {
              free: number
              total: number
            } | null
            tables: {
              name: string
              rows: number
              bytes: number
              parts: number
            }[]
            landing_paused_since: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listModels: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Seeds and models in build order, with their last build and lineage */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            models: {
              name: string
              layer: string
              /** @enum {string} */
              kind: 'seed' | 'ephemeral' | 'view' | 'table' | 'incremental' | 'materialized_view'
              description: string
              tags: string[]
              reads: string[]
              read_by: string[]
              last_build: {
                at: string
                outcome: string
                rows: number | null
                ms: number
                detail: string
              } | null
              fresh_at: string | null
              is_changed: boolean | null
            }[]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getModel: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example order_state */
        name: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One model in full: columns, tests and its statement */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            name: string
            path: string
            columns: {
              name: string
              description: string
              tests: string[]
            }[]
            tests: string[]
            unit_tests: {
              name: string
              description: string
            }[]
            sql: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listDeadLetterGroups: {
    parameters: {
      query?: {
        /** @example unknown_type */
        reason?: string
        topic?: string
        format?: string
        path?: string
        /** @description `1`: those that a later derivation made good. */
        cured?: '0' | '1'
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What could not become an event, in groups */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            open: number
            cured: number
            total_groups: number
            groups: {
              reason: string
              topic: string
              format: string
              path: string
              n: number
              first_seen: string
              last_seen: string
              detail: string
              latest: {
                topic: string
                partition: number
                epoch: string
                offset: string
              }
            }[]
            reasons: {
              reason: string
              n: number
            }[]
            topics: {
              topic: string
              n: number
            }[]
            formats: {
              format: string
              n: number
            }[]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listDeadLetters: {
    parameters: {
      query?: {
        /** @example unknown_type */
        reason?: string
        topic?: string
        format?: string
        path?: string
        /** @description `1`: those that a later derivation made good. */
        cured?: '0' | '1'
        limit?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Dead letters one by one, the latest first */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            total: number
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
            rows: {
              topic: string
              partition: number
              epoch: string
              offset: string
              ordinal: number
              format: string
              reason: string
              path: string
              detail: string
              landed_at: string
              derived_at: string
            }[]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  revealMessage: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          topic: string
          partition: number
          epoch: string
          offset: string
          reason?: string
        }
      }
    }
    responses: {
      /** @description The bytes of a message; each look is written to the audit */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            topic: string
            partition: number
            epoch: string
            offset: string
            format: string
            batch_id: string
            headers: string
            key: string
            value: string
            /** @enum {string} */
            shown_as: 'json' | 'text' | 'bytes'
            value_bytes: number
            truncated: boolean
            is_hidden: boolean
            broker_at: string
            landed_at: string
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listAuditFindings: {
    parameters: {
      query: {
        /** @example kafka/orders */
        topic: string
        /** @example 3 */
        partition: number
        /** @example 1 */
        epoch: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What the audit of a stream found amiss */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            findings: {
              /** @enum {string} */
              kind: 'gap' | 'vanished' | 'short' | 'doubled' | 'altered' | 'unaccounted'
              range_first: string
              range_last: string
              n: number
            }[]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  startReplay: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          reason?: string
          topic?: string
          format?: string
        }
      }
    }
    responses: {
      /** @description Derives dead letters again */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            job_id: string
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  stopReplay: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example r-20260112-1 */
        job_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Stops a replay that runs */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            job_id: string
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  holdBreaker: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          topic: string
        }
      }
    }
    responses: {
      /** @description Derives a topic for an hour although much of it is rejected */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Breaker']
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  listAway: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Parts of the installation that are away while the rest goes on */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            away: {
              /** @enum {string} */
              part: 'redis' | 'room'
              since: string
            }[]
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  watch: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description The id of the last event you have; browsers send it by themselves.
         * @example 1767225600000.3
         */
        'last-event-id'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What changed, as server-sent events */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/event-stream': string
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      406: components['responses']['not_acceptable']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  landEvents: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description An id of this batch, 1 to 255 printable ASCII characters.
         * @example erp-4711
         */
        'idempotency-key'?: string
        /** @description Another name for the same; send one of them. */
        'x-batch-id'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/cloudevents+json': unknown
        'application/cloudevents-batch+json': unknown
        'application/json': unknown
        'application/x-ndjson': unknown
      }
    }
    responses: {
      /** @description Lands events */
      200: {
        headers: {
          /** @description `true` where this batch was landed before. */
          'idempotent-replayed'?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            topic: string
            /** @description Position of the first message */
            first: string
            last: string
            messages: number
          }
        }
      }
      /** @description Lands events */
      202: {
        headers: {
          /** @description `true` where this batch was landed before. */
          'idempotent-replayed'?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            topic: string
            /** @description Position of the first message */
            first: string
            last: string
            messages: number
          }
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['ingest_key_refused']
      409: components['responses']['conflict']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  landWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example shopify-cn */
        endpoint: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': unknown
      }
    }
    responses: {
      /** @description Lands a webhook of a platform */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': unknown
          'text/plain': string
        }
      }
      400: components['responses']['invalid_input']
      401: components['responses']['signature_refused']
      404: components['responses']['not_found']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listReportDefinitions: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The reports that can be subscribed to */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            slug: string
            title: components['schemas']['Localized']
            description: components['schemas']['Localized']
          }[]
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listReports: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Your subscriptions, and those that are sent to you */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Report'][]
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  createReport: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ReportBody']
      }
    }
    responses: {
      /** @description Subscribes people of this installation to a report */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Report']
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict.preparing']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getReport: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example a6f0b1c2-1f64-4d0b-8d53-6a0d3c8c0d8f */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description One subscription */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Report']
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  deleteReport: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example a6f0b1c2-1f64-4d0b-8d53-6a0d3c8c0d8f */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done; nothing to tell. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  changeReport: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example a6f0b1c2-1f64-4d0b-8d53-6a0d3c8c0d8f */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          title?: string
          definition?: string
          cron?: string
          zone?: string
          /** @enum {string} */
          language?: 'en' | 'zh'
          where?: components['schemas']['FilterInput'][]
          recipients?: string[]
          enabled?: boolean
        }
      }
    }
    responses: {
      /** @description Changes what is named, and nothing else */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Report']
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['preparing']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  previewReport: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example a6f0b1c2-1f64-4d0b-8d53-6a0d3c8c0d8f */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The e-mail as you would receive it now */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'text/html': string
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['preparing']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  sendReport: {
    parameters: {
      query?: never
      header: {
        /**
         * @description A UUID of your own for each action; the same one when you repeat it after a lost answer.
         * @example 7b1d8a52-6f0c-4a3e-9d55-0f2a4c9be771
         */
        'idempotency-key': string
      }
      path: {
        /** @example a6f0b1c2-1f64-4d0b-8d53-6a0d3c8c0d8f */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Sends once now, outside the rhythm */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Occurrence']
        }
      }
      400: components['responses']['invalid_input.idempotency_key_required']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['idempotency_in_flight']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listOccurrences: {
    parameters: {
      query?: {
        limit?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example a6f0b1c2-1f64-4d0b-8d53-6a0d3c8c0d8f */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description When it was due and what became of it, the latest first */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            occurrences: components['schemas']['Occurrence'][]
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listDeliveries: {
    parameters: {
      query?: {
        limit?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description E-mails that were sent or are to be sent, the latest first */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            deliveries: components['schemas']['Delivery'][]
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getDeliveryMail: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example d4c3b2a1-0f9e-8d7c-6b5a-4f3e2d1c0b9a */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The e-mail that was sent, where it is kept */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          /** @description attachment, with a name for the file */
          'content-disposition'?: string
          [name: string]: unknown
        }
        content: {
          'message/rfc822': string
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listExports: {
    parameters: {
      query?: {
        limit?: number
        /** @description `next_cursor` of the page before; with the same conditions as there. */
        cursor?: string
      }
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Your own exports of the last week, the newest first */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            exports: {
              id: string
              metric: string
              /** @enum {string} */
              format: 'csv' | 'xlsx' | 'arrow'
              /** @enum {string} */
              state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired'
              rows: number
              rows_total: number
              bytes: number
              file_name: string
              as_of: string
              failure:
                | (
                    | 'not_allowed'
                    | 'person_disabled'
                    | 'too_large'
                    | 'timed_out'
                    | 'disk_full'
                    | 'interrupted'
                    | 'unavailable'
                    | 'refused'
                    | 'internal'
                  )
                | null
              detail: string
              created_at: string
              started_at: string | null
              finished_at: string | null
              expires_at: string | null
            }[]
            /** @description For the page after this one; null at the end. */
            next_cursor: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  createExport: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          format: 'csv' | 'xlsx' | 'arrow'
          drill?: {
            metric: string
            /** @default [] */
            by?: string[]
            /** @default [] */
            where?: components['schemas']['FilterInput'][]
            /** Format: date-time */
            from?: string
            /** Format: date-time */
            to?: string
            time?: string
            grain?: components['schemas']['Grain']
            /** @default UTC */
            zone?: string
            /** Format: date-time */
            as_of?: string
            /** Format: date-time */
            known_at?: string
            time_basis?: components['schemas']['TimeBasis']
            /**
             * @default natural
             * @enum {string}
             */
            order?: 'value_desc' | 'value_asc' | 'natural'
            /**
             * @default numerator
             * @enum {string}
             */
            part?: 'numerator' | 'denominator'
            sort?: string
            /** @default true */
            descending?: boolean
          }
          descriptor?: string
        }
      }
    }
    responses: {
      /** @description All rows behind a number as a file, however many, made in the background; written to the audit */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            id: string
            metric: string
            /** @enum {string} */
            format: 'csv' | 'xlsx' | 'arrow'
            /** @enum {string} */
            state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired'
            rows: number
            rows_total: number
            bytes: number
            file_name: string
            as_of: string
            failure:
              | (
                  | 'not_allowed'
                  | 'person_disabled'
                  | 'too_large'
                  | 'timed_out'
                  | 'disk_full'
                  | 'interrupted'
                  | 'unavailable'
                  | 'refused'
                  | 'internal'
                )
              | null
            detail: string
            created_at: string
            started_at: string | null
            finished_at: string | null
            expires_at: string | null
          }
        }
      }
      400: components['responses']['invalid_input.unknown_name']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict.preparing']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      422: components['responses']['result_too_large']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable.too_busy']
      504: components['responses']['timeout']
    }
  }
  getExport: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example e1f0a9b8-6c5d-4e3f-9a2b-1c0d9e8f7a6b */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description How far one of your exports is */
      200: {
        headers: {
          /** @description Names this content. */
          etag?: string
          [name: string]: unknown
        }
        content: {
          'application/json': {
            id: string
            metric: string
            /** @enum {string} */
            format: 'csv' | 'xlsx' | 'arrow'
            /** @enum {string} */
            state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired'
            rows: number
            rows_total: number
            bytes: number
            file_name: string
            as_of: string
            failure:
              | (
                  | 'not_allowed'
                  | 'person_disabled'
                  | 'too_large'
                  | 'timed_out'
                  | 'disk_full'
                  | 'interrupted'
                  | 'unavailable'
                  | 'refused'
                  | 'internal'
                )
              | null
            detail: string
            created_at: string
            started_at: string | null
            finished_at: string | null
            expires_at: string | null
          }
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  cancelExport: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @example e1f0a9b8-6c5d-4e3f-9a2b-1c0d9e8f7a6b */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done; nothing to tell. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['csrf_refused.foreign_origin.not_allowed']
      404: components['responses']['not_found']
      413: components['responses']['body_too_large']
      415: components['responses']['unsupported_media_type']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  downloadExport: {
    parameters: {
      query?: never
      header?: {
        /** @description The etag of an answer you have: 304 while it is still the same. */
        'if-none-match'?: string
      }
      path: {
        /** @example e1f0a9b8-6c5d-4e3f-9a2b-1c0d9e8f7a6b */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The file, as long as you may see all that is in it; written to the audit */
      200: {
        headers: {
          /** @description stays the same as long as there is the file */
          etag?: string
          /** @description attachment, with a name for the file */
          'content-disposition'?: string
          [name: string]: unknown
        }
        content: {
          'text/csv': string
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': unknown
          'application/vnd.apache.arrow.stream': unknown
        }
      }
      /** @description The same as what you have; no content. */
      304: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid_input']
      401: components['responses']['not_signed_in']
      403: components['responses']['not_allowed']
      404: components['responses']['not_found']
      409: components['responses']['conflict']
      429: components['responses']['too_many_requests']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
}
