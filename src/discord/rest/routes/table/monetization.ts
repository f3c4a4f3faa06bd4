import type {
  RESTDeleteAPIEntitlementResult,
  RESTGetAPIEntitlementResult,
  RESTGetAPIEntitlementsQuery,
  RESTGetAPIEntitlementsResult,
  RESTGetAPISKUsResult,
  RESTGetAPISKUSubscriptionResult,
  RESTGetAPISKUSubscriptionsQuery,
  RESTGetAPISKUSubscriptionsResult,
  RESTPostAPIEntitlementConsumeResult,
  RESTPostAPIEntitlementJSONBody,
  RESTPostAPIEntitlementResult,
} from "discord-api-types/v10";

/** What an application sells: SKUs, entitlements and subscriptions. */
export interface MonetizationRoutes {
  "GET /applications/{application.id}/skus": { result: RESTGetAPISKUsResult };
  "GET /applications/{application.id}/entitlements": {
    query?: RESTGetAPIEntitlementsQuery | undefined;
    result: RESTGetAPIEntitlementsResult;
  };
  "POST /applications/{application.id}/entitlements": {
    body: RESTPostAPIEntitlementJSONBody;
    result: RESTPostAPIEntitlementResult;
  };
  "GET /applications/{application.id}/entitlements/{entitlement.id}": { result: RESTGetAPIEntitlementResult };
  "DELETE /applications/{application.id}/entitlements/{entitlement.id}": {
    result: RESTDeleteAPIEntitlementResult;
  };
  "POST /applications/{application.id}/entitlements/{entitlement.id}/consume": {
    result: RESTPostAPIEntitlementConsumeResult;
  };
  "GET /skus/{sku.id}/subscriptions": {
    query?: RESTGetAPISKUSubscriptionsQuery | undefined;
    result: RESTGetAPISKUSubscriptionsResult;
  };
  "GET /skus/{sku.id}/subscriptions/{subscription.id}": { result: RESTGetAPISKUSubscriptionResult };
}
