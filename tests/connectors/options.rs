//! What a field may be where a connected system knows: the records of its lists.

use causeway_testkit::Backend;

use super::systems::Company;

#[tokio::test]
async fn records_of_a_list_are_choices() {
    let company = Company::on(Backend::Sqlite).await;
    let app = &company.app;
    let products = company.records("erp", "products", &[]);
    let options =
        app.get("/connections/erp/options/list_products?value=/sku&title=/name").await.expect(200).json();
    let options = options["options"].as_array().expect("options");
    assert_eq!(options.len(), products.len().min(500));
    for product in products.iter().take(20) {
        let is = |value: &str, field: &str| options.iter().any(|one| one[value] == product[field]);
        assert!(is("value", "sku") && is("title", "name"), "{product}");
    }
    // Without a title, the value is shown; what has no such value is left out.
    let plain = app.get("/connections/crm/options/list_salespeople?value=/id").await.expect(200).json();
    assert_eq!(plain["options"][0]["title"], plain["options"][0]["value"]);
    let none = app.get("/connections/crm/options/list_salespeople?value=/nothing").await.expect(200).json();
    assert_eq!(none["options"], serde_json::json!([]));
    // A long list is cut.
    let customers =
        app.get("/connections/crm/options/list_customers?value=/id&title=/name").await.expect(200).json();
    assert_eq!(
        customers["options"].as_array().map(Vec::len),
        Some(company.records("crm", "customers", &[]).len().min(500))
    );

    for (path, wanted) in [
        ("erp/options/create_customer?value=/code", (422, "operation_changes")),
        ("erp/options/none?value=/code", (404, "operation_not_found")),
        ("none/options/list_products?value=/sku", (404, "connection_not_found")),
        ("erp/options/list_products", (400, "query_invalid")),
        ("erp/options/list_products?value=sku", (400, "query_invalid")),
    ] {
        let refused = app.get(&format!("/connections/{path}")).await.refusal();
        assert_eq!((refused.0, refused.1.as_str()), wanted, "{path}");
    }
}
